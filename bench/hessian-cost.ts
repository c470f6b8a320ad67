import * as tf from "@tensorflow/tfjs";
import { from, lastValueFrom, tap } from "rxjs";
import { train, sgd, type Batch, type Network, type Step } from "gradstream";
import { hessianOperator } from "../src/probes/hessian-operator.ts";
import { evaluate } from "../src/probes/objective.ts";
import { alternateNow, show } from "./measure.ts";

/** One exact Hessian-vector product, against one gradient pass; and one that makes its passes anew. */
export async function hessianCost(network: Network, batch: Batch, pairs: number): Promise<string[]> {
  const lines: string[] = [];
  const measure = (step: Step): void => {
    const read = (tensors: readonly tf.Tensor[]) => tf.addN(tensors.map((tensor) => tf.sum(tensor))).dataSync();
    const gradient = () => tf.tidy(() => void read(Object.values(evaluate(step, step.params).grads)));
    const operator = hessianOperator(step);
    const product = () => tf.tidy(() => void read([operator.product(operator.gradient)]));
    const anew = () =>
      tf.tidy(() => {
        const own = hessianOperator(step);
        read([own.product(own.gradient)]);
        own.dispose();
      });
    const [kept, made] = [alternateNow(pairs, product, gradient), alternateNow(pairs, anew, gradient)];
    lines.push(
      `Hessian-vector product (${network.name}, batch ${batch.size}, ${pairs} pairs)`,
      `  product ${kept.a.median.toFixed(0)} ms, gradient pass ${kept.b.median.toFixed(0)} ms, ratio ${show(kept.ratio, 2)}`,
      `  with the passes it needs made anew, ratio ${show(made.ratio, 2)}`,
    );
    operator.dispose();
  };
  await lastValueFrom(from([batch]).pipe(train(network, sgd({ learningRate: 1e-6 }), { seed: 0 }), tap(measure)));
  return lines;
}
