import type { Registry } from "./registry.ts";
import type { Chunk } from "./source.ts";

/** Columns with which every row of readings begins that `KnownSeries` is to recognise. */
export const SERIES_COLUMNS =
  "hash(run_id, probe, stat, layer, unit, distance) AS series, run_id, probe, stat, layer, unit, distance";
export const FIRST_VALUE_COLUMN = 7;

/** Recognises series in rows of the store by a hash of 64 bits, so that names are read once and not in every row. */
export class KnownSeries {
  readonly #registry: Registry;
  readonly #numbers = new Map<bigint, number>();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** Numbers of the series of all rows; -1 where the server does not know the run. */
  of(chunk: Chunk): Int32Array {
    const hashes = chunk.column(0);
    const numbers = new Int32Array(chunk.rowCount);
    let [lastHash, lastNumber] = [-1n, -1];
    for (let row = 0; row < chunk.rowCount; row++) {
      const hash = hashes.getItem(row) as bigint;
      if (hash !== lastHash) {
        lastHash = hash;
        lastNumber = this.#numbers.get(hash) ?? this.#meet(hash, chunk, row);
      }
      numbers[row] = lastNumber;
    }
    return numbers;
  }

  #meet(hash: bigint, chunk: Chunk, row: number): number {
    const text = (index: number) => chunk.column(index).getItem(row) as string;
    const optional = (index: number) => chunk.column(index).getItem(row) as number | null;
    const run = this.#registry.runs.get(text(1));
    if (!run) return -1;
    const number = this.#registry.seriesOf(run, text(2), text(3), optional(4), optional(5), optional(6));
    this.#numbers.set(hash, number);
    return number;
  }
}
