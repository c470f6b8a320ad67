import type { Observer } from "rxjs";
import type { Histogram, Reading, RunEvent } from "../../core/types.ts";
import { HISTOGRAM_COLUMNS, READING_COLUMNS } from "../protocol/columns.ts";
import { FRAME } from "../protocol/frame.ts";
import { columnsOf, countsOf, type LocatedFrame } from "../protocol/message.ts";
import type { ServerMessage } from "../protocol/server-messages.ts";
import type { Definitions } from "./definitions.ts";
import type { LostRecords } from "./feed.ts";
import type { Subscription } from "./subscription.ts";

/** In the order in which the server counts them. */
const KINDS = ["readings", "histograms", "events"] as const;

type RunRecord = (Reading | Histogram | RunEvent) & { readonly runId: string };

/** A frame whose records are not yet on disk, and up to which sequence number it goes. */
interface Waiting {
  readonly to: number;
  readonly pass: () => void;
}

interface RecordOptions<T> {
  /** Records are passed on when they are on disk only. */
  readonly stored: boolean;
  readonly observer: Observer<T>;
  /** Hears of records that were passed on and are no longer there. */
  readonly onLost: (lost: LostRecords) => void;
}

/**
 * Passes records on, each once. The server sends a run's matching records in one order, always; so after a snapshot from
 * the start, as many as were passed on before are left out. Where it has fewer, a crash or a restart has taken the rest,
 * and that is told.
 */
export class RecordSubscription<T extends RunRecord> implements Subscription {
  readonly request: Subscription["request"];
  readonly #observer: Observer<T>;
  #definitions: Definitions | undefined;
  /** Of each run, records passed on (or left out by the server), and how many the server has sent since it started over. */
  readonly #passed = new Map<string, number>();
  #sent = new Map<string, number>();

  readonly #onLost: RecordOptions<T>["onLost"];
  /** Of each run, frames that wait to be on disk; undefined where none does. */
  readonly #waiting: Map<number, Waiting[]> | undefined;
  /** Of each run, how many records of this kind are on disk. */
  #stored = new Map<number, number>();

  constructor(request: Subscription["request"], { stored, observer, onLost }: RecordOptions<T>) {
    this.request = request;
    this.#observer = observer;
    this.#onLost = onLost;
    this.#waiting = stored ? new Map() : undefined;
  }

  begin(definitions: Definitions): void {
    if (this.#definitions !== definitions) this.#stored = new Map();
    this.#definitions = definitions;
  }

  restart(): void {
    this.#sent = new Map();
    this.#waiting?.clear();
  }

  live(): void {
    for (const [runId, passed] of this.#passed) {
      const sent = this.#sent.get(runId) ?? 0;
      if (sent >= passed) continue;
      this.#passed.set(runId, sent);
      this.#onLost({ runId, kind: this.#kind, count: passed - sent });
    }
  }

  stored(run: number, counts: readonly [number, number, number]): void {
    const count = counts[KINDS.indexOf(this.#kind)]!;
    this.#stored.set(run, count);
    const waiting = this.#waiting?.get(run);
    if (waiting === undefined) return;
    while (waiting.length > 0 && waiting[0]!.to <= count) waiting.shift()!.pass();
    if (waiting.length === 0) this.#waiting!.delete(run);
  }

  forget(runId: string): void {
    this.#passed.delete(runId);
    this.#sent.delete(runId);
    for (const run of [...(this.#waiting?.keys() ?? [])]) {
      if (this.#definitions!.run(run) === runId) this.#waiting!.delete(run);
    }
  }

  frame(frame: LocatedFrame): void {
    const { run, to } = frame;
    const pass = (): void => this.#take(frame);
    const waiting = this.#waiting?.get(run);
    const isStored = to <= (this.#stored.get(run) ?? 0);
    if (this.#waiting === undefined || (isStored && waiting === undefined)) pass();
    else if (waiting !== undefined) waiting.push({ to, pass });
    else this.#waiting.set(run, [{ to, pass }]);
  }

  get #kind(): (typeof KINDS)[number] {
    return this.request.kind === "series" ? "readings" : this.request.kind;
  }

  #take(frame: LocatedFrame): void {
    const definitions = this.#definitions!;
    const { kind, rows, skipped } = frame;
    const runId = definitions.run(frame.run);
    if (kind === FRAME.readings) {
      const { value, step, series } = columnsOf(READING_COLUMNS, frame);
      this.#pass(runId, rows, skipped, (i) => {
        const { probe, stat, layer, unit, distance } = definitions.series(series[i]!);
        return {
          kind: "reading",
          runId,
          step: step[i]!,
          probe,
          stat,
          value: value[i]!,
          ...(layer === null ? undefined : { layer }),
          ...(unit === null ? undefined : { unit }),
          ...(distance === null ? undefined : { distance }),
        };
      });
    } else if (kind === FRAME.histograms) {
      const { lo, hi, step, place, bins } = columnsOf(HISTOGRAM_COLUMNS, frame);
      const counts = countsOf(frame);
      let end = 0;
      const ends = bins.map((count) => (end += count));
      this.#pass(runId, rows, skipped, (i) => {
        const { layer, site, unit } = definitions.place(place[i]!);
        return {
          kind: "histogram",
          runId,
          step: step[i]!,
          layer,
          site,
          lo: lo[i]!,
          hi: hi[i]!,
          counts: [...counts.subarray(ends[i]! - bins[i]!, ends[i])],
          ...(unit === null ? undefined : { unit }),
        };
      });
    }
  }

  events({ run, skipped, events }: Extract<ServerMessage, { type: "events" }>): void {
    const runId = this.#definitions!.run(run);
    this.#pass(runId, events.length, skipped, (i) => {
      const { data, ...event } = events[i]!;
      return { kind: "event", runId, ...event, ...(data === null ? undefined : { data }) };
    });
  }

  fail(error: Error): void {
    this.#observer.error(error);
  }

  complete(): void {
    this.#observer.complete();
  }

  #pass(runId: string, rows: number, skipped: number, record: (row: number) => RunRecord): void {
    const passed = this.#passed.get(runId) ?? 0;
    const before = (this.#sent.get(runId) ?? 0) + skipped;
    this.#sent.set(runId, before + rows);
    this.#passed.set(runId, Math.max(passed, before + rows));
    for (let i = Math.max(0, passed - before); i < rows; i++) this.#observer.next(record(i) as T);
  }
}
