import type { RowBlock, SeriesRow } from "../../store/queries/types.ts";
import type { Registry, RunEntry } from "./registry.ts";

type SeriesBlock = Pick<RowBlock<SeriesRow>, "rowCount" | "columns">;

/** Recognises series in rows of the store by their hash of 64 bits, so that names are read once and not in every row. */
export class KnownSeries {
  readonly #registry: Registry;
  readonly #numbers = new Map<bigint, number>();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** Numbers of the series of all rows; -1 where the server does not know the run. */
  of(block: SeriesBlock): Int32Array {
    const hashes = block.columns.series;
    const numbers = new Int32Array(block.rowCount);
    let [lastHash, lastNumber] = [-1n, -1];
    for (let row = 0; row < block.rowCount; row++) {
      const hash = hashes.getItem(row);
      if (hash !== lastHash) {
        lastHash = hash;
        lastNumber = this.#numbers.get(hash) ?? this.#meet(hash, block, row);
      }
      numbers[row] = lastNumber;
    }
    return numbers;
  }

  /** Lets go of the series of a run that is no more: one of that name may come again. */
  forget(run: RunEntry): void {
    for (const [hash, number] of this.#numbers) {
      if (this.#registry.series(number).run === run) this.#numbers.delete(hash);
    }
  }

  #meet(hash: bigint, { columns }: SeriesBlock, row: number): number {
    const run = this.#registry.runs.get(columns.runId.getItem(row));
    if (!run) return -1;
    const number = this.#registry.seriesOf(run, {
      probe: columns.probe.getItem(row),
      stat: columns.stat.getItem(row),
      layer: columns.layer.getItem(row),
      unit: columns.unit.getItem(row),
      distance: columns.distance.getItem(row),
    });
    this.#numbers.set(hash, number);
    return number;
  }
}
