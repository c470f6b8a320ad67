import type { Moment, RecordKind, RecordsWanted } from "../../store/queries/types.ts";
import type { Filter } from "../protocol/filter.ts";
import { selectsRun } from "../protocol/select-run.ts";
import type { Outgoing } from "./outgoing.ts";
import type { Registry, RunEntry } from "./registry.ts";
import type { RecordSelection } from "./selection.ts";

/** What the store held at one moment. */
export interface Snapshot {
  /** Of each run that this process records: how many records are in the snapshot (matching or not). */
  readonly marks: ReadonlyMap<RunEntry, number>;
  readonly parts: AsyncIterable<Outgoing> | Iterable<Outgoing>;
}

/** Counts the records of a kind that the store holds of the selected runs that this process records. */
export async function readMarks(
  moment: Moment,
  registry: Registry,
  kind: RecordKind,
  selection: RecordSelection,
): Promise<ReadonlyMap<RunEntry, number>> {
  const runs = [...registry.runs.values()].filter((run) => run.published && selection.hasRun(run));
  const marks = await moment.marks(
    kind,
    runs.map(({ state }) => state.runId),
  );
  return new Map(runs.map((run) => [run, marks.get(run.state.runId) ?? 0]));
}

/** Writes a filter as the store takes it: with the ids of the runs that it lets through, where it does not let all. */
export function wantedOf(registry: Registry, filter: Filter): RecordsWanted {
  const { runs, experiments, arms, probes, stats, layers, units, distances } = filter;
  const of = { probes, stats, layers, units, distances };
  if (!runs && !experiments && !arms) return of;
  const chosen = [...registry.runs.values()].filter(({ state }) => selectsRun(filter, state));
  return { ...of, runs: chosen.map(({ state }) => state.runId) };
}
