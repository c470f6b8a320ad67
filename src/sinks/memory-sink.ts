import type { Recorded, Sink } from "../core/types.ts";

/** A sink that keeps every record, by run id. */
export interface MemorySink extends Sink {
  /** Records by run id. */
  readonly records: ReadonlyMap<string, readonly Recorded[]>;
}

/** Makes a sink that keeps every record in memory: for tests and notebooks. */
export function memorySink(): MemorySink {
  const records = new Map<string, Recorded[]>();
  const sink: Sink = async (source, run) => {
    const kept = records.get(run.runId) ?? [];
    records.set(run.runId, kept);
    for await (const chunk of source) for (const record of chunk) kept.push(record);
  };
  return Object.assign(sink, { records });
}
