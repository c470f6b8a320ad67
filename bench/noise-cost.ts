import { concat, from, ignoreElements, lastValueFrom } from "rxjs";
import { injectNoise, sgd, train, type Batch, type Network } from "gradstream";
import { alternate, show } from "./measure.ts";

/** A training step with Algorithm 1's noise on every normalized layer, against the same step without. */
export async function noiseCost(network: Network, batches: readonly Batch[], pairs: number): Promise<string[]> {
  const run = (noisy: boolean) => () => {
    const activations = noisy ? injectNoise({ nMu: 0.5, nSigma: 1.25, rMu: 0.1, rSigma: 0.1 }) : undefined;
    const steps = train(network, sgd({ learningRate: 0.1 }), { seed: 0, activations });
    return lastValueFrom(concat(from(batches).pipe(steps, ignoreElements()), [undefined]));
  };
  const { a, b, ratio } = await alternate(pairs, run(true), run(false));
  const per = (ms: number) => (ms / batches.length).toFixed(1);
  return [
    `noise (${network.name}, batch ${batches[0]!.size}, ${batches.length} steps, ${pairs} pairs)`,
    `  with ${per(a.median)} ms/step, without ${per(b.median)} ms/step`,
    `  ratio ${show(ratio, 3)}; target below 1.25`,
  ];
}
