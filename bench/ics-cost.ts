import * as tf from "@tensorflow/tfjs";
import { from, lastValueFrom, tap } from "rxjs";
import { train, sgd, type Batch, type Loss, type Network, type Step } from "gradstream";
import { valueAndGradients } from "../src/core/gradients.ts";
import { layerOf } from "../src/core/params.ts";
import { gradientsAfterUpdate, parameterNames } from "../src/probes/after-update.ts";
import { alternateNow, show } from "./measure.ts";

/** G' of every layer as the ics probe computes it, against whole passes layer by layer. */
export async function icsCost(network: Network, batch: Batch, loss: Loss, pairs: number): Promise<string[]> {
  const lines: string[] = [];
  const layers = network.layers.map(({ layer }) => layer);
  const measure = (step: Step): void => {
    const shared = () =>
      tf.tidy(() => {
        const found = gradientsAfterUpdate(step, layers, (layer) => parameterNames(step.params, layer, "weights"));
        tf.addN([...found.values()].map((grads) => tf.sum(Object.values(grads)[0]!))).dataSync();
      });
    const naive = () => {
      for (const layer of layers) {
        tf.tidy(() => {
          const mixed = Object.fromEntries(
            Object.keys(step.params).map((name) => [name, (layerOf(name) < layer ? step.next : step.params)[name]!]),
          );
          const { grads } = valueAndGradients(() => step.lossOf(step.pass(mixed)), mixed);
          tf.sum(grads[`layer${layer}/kernel`]!).dataSync();
        });
      }
    };
    const { a, b, ratio } = alternateNow(pairs, shared, naive);
    lines.push(
      `ICS of all layers (${network.name}, batch ${batch.size}, ${pairs} pairs)`,
      `  shared ${a.median.toFixed(0)} ms, layer by layer ${b.median.toFixed(0)} ms`,
      `  ratio ${show(ratio, 2)}`,
    );
  };
  await lastValueFrom(from([batch]).pipe(train(network, sgd({ learningRate: 1e-6 }), { seed: 0, loss }), tap(measure)));
  return lines;
}
