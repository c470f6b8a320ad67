import { concatMap, defer, from, type Observable } from "rxjs";
import { ColumnCollector, type StoredColumns } from "./reading-columns.ts";
import { READING_OF_RUN, type ReadingOfRun } from "./queries/reading-row.ts";
import type { RowBlock } from "./queries/types.ts";
import { where } from "./queries/where.ts";
import type { ReadingsChoice, StoredReading } from "./readings-choice.ts";
import { records } from "./records.ts";
import { choiceSql } from "./run-choice.ts";
import type { Store } from "./store.ts";

/** What all readings of a run have in common. */
type Common = Pick<StoredReading, "runId" | "experiment" | "arm" | "seed">;

/** A block of readings of one run. */
interface ReadBlock {
  readonly block: RowBlock<ReadingOfRun>;
  readonly run: Common;
}

/** Streams the readings that are chosen; see `Store.readings`. */
export function storedReadings(store: Store, choice: ReadingsChoice): Observable<StoredReading> {
  return defer(() => from(blocksOf(store, choice))).pipe(concatMap(({ block, run }) => rowsIn(block, run)));
}

/** Reads the readings that are chosen into columns; see `Store.columns`. */
export async function storedColumns(store: Store, choice: ReadingsChoice): Promise<StoredColumns> {
  const all = new ColumnCollector();
  for await (const { block, run } of blocksOf(store, choice)) {
    const { step, probe, stat, layer, unit, distance, value } = block.columns;
    for (let row = 0; row < block.rowCount; row++) {
      all.add(
        { run: run.runId, probe: probe.getItem(row), stat: stat.getItem(row) },
        {
          step: step.getItem(row),
          layer: layer.getItem(row) ?? -1,
          unit: unit.getItem(row) ?? -1,
          distance: distance.getItem(row) ?? NaN,
          value: value.getItem(row) ?? NaN,
        },
      );
    }
  }
  return all.columns();
}

async function* blocksOf(store: Store, choice: ReadingsChoice): AsyncGenerator<ReadBlock> {
  const { run, experiment, arm, probe, stat, layer, unit, steps = {} } = choice;
  await store.flush();
  const chosen = choiceSql({ run, experiment, arm: arm === undefined ? undefined : [arm] });
  const rows = await records(
    store,
    `SELECT run_id, experiment, arm, seed FROM run WHERE ${chosen} ORDER BY started_at, run_id`,
  );
  const wanted = where(
    {
      probes: probe === undefined ? undefined : [probe],
      stats: stat === undefined ? undefined : [stat],
      layers: numbersOf(layer),
      units: numbersOf(unit),
      ...steps,
    },
    "readings",
  );
  const reader = await store.openReader();
  try {
    // A scan of one table, without a join and an order of its own, gives rows as they were recorded.
    const rest = `FROM reading WHERE ${wanted.sql} AND run_id = $${wanted.params.length + 1}`;
    for (const row of rows) {
      const [runId, experiment, arm] = [String(row["run_id"]), String(row["experiment"]), String(row["arm"])];
      const common = { runId, experiment, arm, seed: Number(row["seed"]) };
      for await (const block of reader.blocks(READING_OF_RUN, rest, [...wanted.params, runId]))
        yield { block, run: common };
    }
  } finally {
    await reader.close();
  }
}

const numbersOf = (wanted: number | "none" | undefined): readonly number[] | "none" | undefined =>
  typeof wanted === "number" ? [wanted] : wanted;

function* rowsIn({ rowCount, columns }: RowBlock<ReadingOfRun>, run: Common): Generator<StoredReading> {
  for (let row = 0; row < rowCount; row++) {
    const layer = columns.layer.getItem(row);
    const unit = columns.unit.getItem(row);
    const distance = columns.distance.getItem(row);
    yield {
      kind: "reading",
      ...run,
      step: columns.step.getItem(row),
      probe: columns.probe.getItem(row),
      stat: columns.stat.getItem(row),
      ...(layer === null ? {} : { layer }),
      ...(unit === null ? {} : { unit }),
      ...(distance === null ? {} : { distance }),
      value: columns.value.getItem(row) ?? NaN,
    };
  }
}
