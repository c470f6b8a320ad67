// Stats of the whole network that runs recorded besides, and their last readings, asked for once somebody wants them.

import type { Feed, RunState } from "../../feed/client/index.ts";
import { paced } from "./paced.ts";

/** Runs that go on are asked about as often. */
const AGAIN_MS = 5000;
/** Of the whole network, once a step. */
const WHOLE = "layer IS NULL AND unit IS NULL AND distance IS NULL";
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const listOf = (names: Iterable<string>): string => [...names].map(quoted).join(", ");

export class LastReadings {
  readonly #feed: Feed;
  readonly #heard: () => void;
  readonly #lasts = new Map<string, Map<string, number>>();
  #names: readonly string[] = [];
  #key = "";
  readonly #again = paced(AGAIN_MS, () => (this.#key = ""));

  constructor(feed: Feed, heard: () => void) {
    this.#feed = feed;
    this.#heard = heard;
  }

  /** Names as `probe.stat`, in order; none before `list` was answered. */
  get names(): readonly string[] {
    return this.#names;
  }

  get(runId: string): ReadonlyMap<string, number> | undefined {
    return this.#lasts.get(runId);
  }

  /** Asks which stats there are in an experiment. */
  list(experiments: readonly string[]): void {
    const runs = `SELECT run_id FROM run WHERE experiment IN (${listOf(experiments)})`;
    const sql = `SELECT DISTINCT probe || '.' || stat AS name FROM reading WHERE ${WHOLE} AND run_id IN (${runs}) ORDER BY name`;
    this.#feed.query<[string]>(sql).then(
      ({ rows }) => {
        this.#names = rows.map(([name]) => name);
        this.#heard();
      },
      () => undefined,
    );
  }

  /** Asks for the last readings of these stats, where they may be others than before. */
  ask(runs: readonly RunState[], stats: readonly string[]): void {
    if (stats.length === 0) return;
    const key = JSON.stringify([stats, runs.map(({ runId, status }) => [runId, status])]);
    if (key === this.#key) return;
    this.#key = key;
    if (runs.some(({ status }) => status === "running")) this.#again();
    const experiments = new Set(runs.map(({ experiment }) => experiment));
    const sql = `SELECT run_id, probe || '.' || stat AS name, arg_max(value, step) AS value FROM reading
      WHERE ${WHOLE} AND probe || '.' || stat IN (${listOf(stats)})
        AND run_id IN (SELECT run_id FROM run WHERE experiment IN (${listOf(experiments)}))
      GROUP BY run_id, probe, stat`;
    this.#feed.query<[string, string, number | null]>(sql).then(
      ({ rows }) => {
        for (const [runId, name, value] of rows) {
          const known = this.#lasts.get(runId) ?? new Map<string, number>();
          this.#lasts.set(runId, known);
          if (value !== null) known.set(name, value);
        }
        this.#heard();
      },
      () => (this.#key = ""),
    );
  }
}
