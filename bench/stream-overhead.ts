import * as tf from "@tensorflow/tfjs";
import { concat, from, ignoreElements, lastValueFrom } from "rxjs";
import { accuracy, crossEntropy, loss, probes, rootKey, sgd, train, type Batch, type Network } from "gradstream";
import { alternate, show } from "./measure.ts";

const LEARNING_RATE = 0.1;
const WEIGHT_DECAY = 4e-4;

/**
 * `train` with `loss` and `accuracy` against a loop that someone who knows tfjs would write by hand: same network, same
 * kernels, same batches, same readings, no streams.
 */
export async function streamOverhead(network: Network, batches: readonly Batch[], pairs: number): Promise<string[]> {
  const streams = () =>
    lastValueFrom(
      concat(
        from(batches).pipe(
          train(network, sgd({ learningRate: LEARNING_RATE, weightDecay: WEIGHT_DECAY }), { seed: 0 }),
          probes(loss(), accuracy()),
          ignoreElements(),
        ),
        [undefined],
      ),
    );
  const byHand = () => trainByHand(network, batches);
  const { a, b, ratio } = await alternate(pairs, streams, byHand);
  const per = (ms: number) => ms / batches.length;
  return [
    `streams against a hand-written loop (${network.name}, batch ${batches[0]!.size}, ${batches.length} steps, ${pairs} pairs)`,
    `  streams ${per(a.median).toFixed(1)} ms/step, by hand ${per(b.median).toFixed(1)} ms/step`,
    `  ratio ${show(ratio, 3)}; target at most 1.03`,
  ];
}

function trainByHand(network: Network, batches: readonly Batch[]): number[] {
  let { params, state } = network.init(rootKey(0), batches[0]!.shape);
  const readings: number[] = [];
  for (const batch of batches) {
    const old = [...Object.values(params), ...Object.values(state)];
    tf.tidy(() => {
      const x = tf.tensor(batch.examples, [batch.size, ...batch.shape]);
      const labels = tf.tensor1d(batch.labels, "int32");
      const names = Object.keys(params);
      let logits!: tf.Tensor;
      let nextState = state;
      const f = (): tf.Scalar => {
        const output = network.apply(params, state, x, { mode: "train", tap: (_layer, _site, value) => value });
        logits = tf.keep(output.logits);
        nextState = output.state;
        for (const tensor of Object.values(nextState)) tf.keep(tensor);
        return crossEntropy(output.logits, labels);
      };
      const { value, grads } = tf.engine().gradients(f, Object.values(params));
      const squares = Object.values(params).map((p) => tf.sum(tf.square(p)));
      const penalty = tf.mul(tf.addN(squares), WEIGHT_DECAY / 2);
      const hits = tf.mean(tf.cast(tf.equal(tf.argMax(logits, -1), labels), "float32"));
      readings.push(value.dataSync()[0]!, tf.add(value, penalty).dataSync()[0]!, hits.dataSync()[0]!);
      params = Object.fromEntries(
        names.map((name, i) => {
          const gradient = tf.add(grads[i]!, tf.mul(params[name]!, WEIGHT_DECAY));
          return [name, tf.keep(tf.sub(params[name]!, tf.mul(gradient, LEARNING_RATE)))];
        }),
      );
      state = nextState;
      logits.dispose();
    });
    for (const tensor of old) tensor.dispose();
  }
  for (const tensor of [...Object.values(params), ...Object.values(state)]) tensor.dispose();
  return readings;
}
