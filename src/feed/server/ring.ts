import type { RecordKind } from "../../store/queries/types.ts";
import { countOf, emptyBatch, type TickBatch } from "./batch.ts";
import type { RunEntry } from "./registry.ts";

/**
 * The latest batches of all runs, in order, within a number of bytes. The batch at index n is the n-th of this process;
 * "tick n" means all batches before index n.
 */
export class Ring {
  readonly #capacity: number;
  #batches: TickBatch[] = [];
  /** Index of the oldest batch that is held, and where it lies. */
  #start = 0;
  #offset = 0;
  #bytes = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Index of the oldest batch held, and of the next one to come. */
  get start(): number {
    return this.#start;
  }

  get end(): number {
    return this.#start + this.#batches.length - this.#offset;
  }

  push(batch: TickBatch): void {
    this.#batches.push(batch);
    this.#bytes += batch.bytes;
    while (this.#bytes > this.#capacity && this.end - this.#start > 1) {
      this.#bytes -= this.#batches[this.#offset]!.bytes;
      this.#batches[this.#offset] = undefined as never;
      this.#start++;
      this.#offset++;
    }
    if (this.#offset > 1024 && this.#offset > this.#batches.length / 2) {
      this.#batches = this.#batches.slice(this.#offset);
      this.#offset = 0;
    }
  }

  /** Takes back the records of a run, which goes on with so many: its batches stay as empty ones. */
  takeBack(run: RunEntry, from: TickBatch["from"]): void {
    this.#batches = this.#batches.map((batch, i) => {
      return i >= this.#offset && batch.run === run ? emptyBatch(run, from) : batch;
    });
    this.#bytes = this.#batches.slice(this.#offset).reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** The batch at an index from `start` to below `end`. */
  at(index: number): TickBatch {
    return this.#batches[this.#offset + index - this.#start]!;
  }

  /** Whether all records of a kind that the run published from the `seq`-th on are held. */
  covers(run: RunEntry, kind: RecordKind, seq: number): boolean {
    if (seq >= run.published![kind]) return true;
    for (let i = this.#start; i < this.end; i++) {
      const batch = this.at(i);
      if (batch.run === run && countOf(batch, kind) > 0) return batch.from[kind] <= seq;
    }
    return false;
  }
}
