import type { Reader } from "../../store/queries/types.ts";
import type { Channel } from "./channel.ts";
import type { KnownSeries } from "./known-series.ts";
import { recordsSnapshot } from "./records-snapshot.ts";
import type { Registry } from "./registry.ts";
import { seriesSnapshot } from "./series-snapshot.ts";
import type { Snapshot } from "./snapshot.ts";

const DEFAULT_POINTS = 500;

/** What snapshots are read with. */
interface SnapshotBasis {
  readonly reader: Reader;
  readonly registry: Registry;
  readonly known: KnownSeries;
  /** Aborted, nothing more is read. */
  readonly signal: AbortSignal;
}

/** Reads what the store holds for a channel. */
export async function channelSnapshot(
  { request, kind, isSeries, selection }: Channel,
  basis: SnapshotBasis,
): Promise<Snapshot> {
  if (isSeries && request.kind === "series") {
    const { points = DEFAULT_POINTS, from, to } = request;
    return seriesSnapshot({ ...basis, selection, points, from, to });
  }
  const every = request.kind === "histograms" ? request.every : undefined;
  return recordsSnapshot({ ...basis, selection, kind, every });
}
