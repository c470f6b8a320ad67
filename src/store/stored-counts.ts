import type { Recorded } from "../core/types.ts";
import type { RecordKind, StoredCounts } from "./queries/types.ts";

type Counts = Record<RecordKind, number>;
const KINDS = { reading: "readings", histogram: "histograms", event: "events" } as const;

/** Counts what runs of this process have appended, and tells when it is on disk. */
export class StoredTally {
  readonly #appended = new Map<string, Counts>();
  readonly #moved = new Set<string>();
  readonly #listeners = new Set<(stored: StoredCounts) => void>();

  /** A run begins, or goes on with records that are on disk already. */
  begin(runId: string, stored: Readonly<Counts> = { readings: 0, histograms: 0, events: 0 }): void {
    this.#appended.set(runId, { ...stored });
  }

  appended(runId: string, records: readonly Recorded[]): void {
    const counts = this.#appended.get(runId);
    if (counts === undefined) return;
    for (const { kind } of records) counts[KINDS[kind]]++;
    this.#moved.add(runId);
  }

  /** Everything appended so far is on disk. */
  flushed(): void {
    if (this.#moved.size === 0) return;
    const stored = new Map([...this.#moved].map((runId) => [runId, { ...this.#appended.get(runId)! }]));
    this.#moved.clear();
    for (const listener of this.#listeners) listener(stored);
  }

  end(runId: string): void {
    this.#appended.delete(runId);
  }

  listen(listener: (stored: StoredCounts) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
