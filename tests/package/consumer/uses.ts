// What people write against the types, as strict as their compiler may be.
import { batches, isReading, loss, mlp, probe, probes, readings, rootKey, sgd, shapes10, train } from "gradstream";
import type { Measure, Mode, PassOptions, Recorded, RememberingProbeOptions, Store } from "gradstream";
import { connect, type Feed } from "gradstream/client";
import { rootKey as key, type DataSet } from "gradstream/data";
import { batchNorm, vgg, type Network } from "gradstream/networks";
import { hessian } from "gradstream/probes";
import { openStore } from "gradstream/store";
import "gradstream/register";
import { take } from "rxjs";

export async function losses(store: Store): Promise<readonly number[]> {
  const { rows } = await store.query<[arm: string, loss: number]>("SELECT arm, final_loss FROM run_summary");
  return rows.map(([, value]) => value);
}

export const measure: Measure = (step) => [{ stat: "size", value: step.batch.size }];
const remembering: RememberingProbeOptions = { name: "sizes", open: () => ({ measure }) };
export const sizes = probe(remembering);
export const range = (mode: Mode): PassOptions => (mode === "train" ? { range: [0, 8] } : {});
export const network: Network = vgg({ depth: 11, width: 8, norm: batchNorm });
export const values = (records: readonly Recorded[]): number[] => records.filter(isReading).map(({ value }) => value);
export const feed = (): Feed => connect("http://localhost:11604");
export const open = (): Promise<Store> => openStore("results/gradstream.duckdb", { readOnly: true });
export const data: DataSet = shapes10({ train: 64, test: 0 });

export function lossesOf(steps: number): Promise<void> {
  return batches(data.train, { size: 32, key: key(0) })
    .pipe(
      take(steps),
      train(mlp(), sgd({ learningRate: 0.1 }), { seed: Number(rootKey(0) === key(0)) }),
      probes(loss(), hessian()),
      readings("loss", "loss"),
    )
    .forEach(({ step, value }) => console.log(step, value));
}
