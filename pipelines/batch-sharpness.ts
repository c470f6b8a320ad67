import * as tf from "@tensorflow/tfjs-core";
import { take } from "rxjs";
import { curvature, every, experiment, hessian, loss, mlp, probes, sgd, tanh, train } from "gradstream";

/** Half the squared distance of the outputs from the class, its mean over the batch: unlike cross-entropy it stays curved. */
const squares = Object.assign(
  (outputs: tf.Tensor, labels: tf.Tensor): tf.Scalar => {
    const [size, classes] = outputs.shape as [number, number];
    return tf.mul(tf.sum(tf.square(tf.sub(outputs, tf.cast(tf.oneHot(labels, classes), "float32")))), 0.5 / size);
  },
  { reduction: "mean" } as const,
);

/** Of each seed a number of a curvature over 2 / rate, in an arm. */
const curvatures = (arm: string, stat: string, number = "median(edges)", when = "step * 2 >= steps"): string =>
  `SELECT seed, ${number} AS value FROM (SELECT *, value * learning_rate / 2 AS edges FROM reading)
   WHERE arm = '${arm}' AND stat = '${stat}' AND ${when} GROUP BY seed`;
const SOURCE = "Andreyev and Beneventano 2024";

// Andreyev and Beneventano 2024: beside 2 / rate, g'Hg / g'g of batches by themselves, its mean over the batches of the set
// (probe `curvature`), and the largest eigenvalue of the Hessian of the whole set (probe `hessian`).
export default experiment({
  question:
    "Does the curvature of minibatches along their own gradients hover at 2 / learning rate, and that of the set below?",
  hyper: { images: 512, hidden: 32, learningRate: 0.04, batch: 8, every: 200, steps: 10_000 },
  scales: {
    smoke: { images: 64, hidden: 8, every: 4, steps: 12 },
    quick: { images: 200, steps: 4000 },
  },
  arms: ({ hidden, images, batch }) => {
    const network = mlp({ hidden: [hidden, hidden], nonlinearity: tanh });
    return { minibatch: { network, size: batch }, wholeSet: { network, size: images } };
  },
  run: ({ arm: { network, size }, seed, batches, trainingSet, images, learningRate, every: each, steps }) => {
    const when = every(each, { last: steps - 1 });
    return batches({ size, images }).pipe(
      take(steps),
      train(network, sgd({ learningRate }), { seed, loss: squares }),
      probes(
        loss(),
        curvature({ batches: trainingSet({ images, size }), when }),
        hessian({ examples: trainingSet({ images, size: images }), iterations: 30, tolerance: 0.01, when }),
      ),
    );
  },
  claims: {
    batchesHover: {
      statement: "The curvature of minibatches along their own gradients comes to 2 / learning rate and hovers there.",
      source: SOURCE,
      seeds: 1,
      steps: 3000,
      measures: [
        {
          what: "g'Hg / g'g of batches over 2 / rate, median of the second half, minibatch",
          arms: ["minibatch"],
          sql: curvatures("minibatch", "directional_curvature"),
          atLeast: 0.9,
          atMost: 1.1,
          paperValue: 1,
          why: "At the edge is within a tenth of it.",
        },
      ],
    },
    setStaysBelow: {
      statement: "Meanwhile the largest eigenvalue of the Hessian of the whole set stays below.",
      source: SOURCE,
      seeds: 1,
      steps: 3000,
      measures: [
        {
          what: "largest eigenvalue over 2 / rate, the largest of the second half, minibatch",
          arms: ["minibatch"],
          sql: curvatures("minibatch", "eigenvalue", "max(edges)"),
          below: 0.9,
          why: "Where batches count as at the edge from 0.9 on, the set is below it there.",
        },
      ],
    },
    setHoversAlone: {
      statement: "Where the set is one batch, the two are at the edge together.",
      source: SOURCE,
      seeds: 1,
      steps: 3000,
      measures: ["directional_curvature", "eigenvalue"].map((stat) => ({
        what: `${stat} over 2 / rate, median of the second half, wholeSet`,
        arms: ["wholeSet"],
        sql: curvatures("wholeSet", stat),
        atLeast: 0.9,
        atMost: 1.1,
        paperValue: 1,
        why: "As for minibatches.",
      })),
    },
    risesFromBelow: {
      statement: "The curvature of minibatches begins below the edge and rises to it.",
      source: SOURCE,
      seeds: 1,
      steps: 3000,
      measures: [
        {
          what: "g'Hg / g'g of batches over 2 / rate at step 0, minibatch",
          arms: ["minibatch"],
          sql: curvatures("minibatch", "directional_curvature", "max(edges)", "step = 0"),
          below: 1,
          why: "Below the edge is below 1.",
        },
      ],
    },
  },
});
