import * as tf from "@tensorflow/tfjs-core";
import { take } from "rxjs";
import { batchNorm, every, experiment, hessian, mlp, loss, probes, sgd, tanh, train } from "gradstream";

/** Half the squared distance of the outputs from the class, its mean over the batch: unlike cross-entropy it stays curved. */
const squares = (outputs: tf.Tensor, labels: tf.Tensor): tf.Scalar => {
  const [size, classes] = outputs.shape as [number, number];
  return tf.mul(tf.sum(tf.square(tf.sub(outputs, tf.cast(tf.oneHot(labels, classes), "float32")))), 0.5 / size);
};

/** Of each seed a number of the largest eigenvalue over 2 / rate, in an arm. */
const sharpness = (arm: string, number: string, when: string): string =>
  `SELECT seed, ${number} AS value FROM (SELECT *, value * learning_rate / 2 AS edges FROM reading)
   WHERE arm = '${arm}' AND probe = 'hessian' AND stat = 'eigenvalue' AND ${when} GROUP BY seed`;
const SECOND_HALF = "step * 2 >= steps";

// Figure 1 of Cohen et al. 2021: the whole set at every step, and the largest eigenvalue of the Hessian beside 2 / rate.
export default experiment({
  question: "Does the sharpness of full-batch descent come to 2 / learning rate and stay there, with BatchNorm too?",
  hyper: { images: 500, hidden: 32, learningRate: 0.1, every: 20, steps: 3000 },
  scales: {
    smoke: { images: 64, hidden: 8, every: 4, steps: 12 },
    quick: { images: 200, steps: 1000 },
  },
  arms: ({ hidden }) => ({
    standard: { network: mlp({ hidden: [hidden, hidden], nonlinearity: tanh }) },
    batchNorm: { network: mlp({ hidden: [hidden, hidden], nonlinearity: tanh, norm: batchNorm }) },
  }),
  run: ({ arm, seed, batches, images, learningRate, every: each, steps }) =>
    batches({ size: images, images }).pipe(
      take(steps),
      train(arm.network, sgd({ learningRate }), { seed, loss: squares }),
      probes(loss(), hessian({ iterations: 30, tolerance: 0.01, when: every(each, { last: steps - 1 }) })),
    ),
  claims: {
    hovers: {
      statement: "The sharpness of full-batch descent comes to 2 / learning rate and hovers there or just above.",
      source: "Cohen et al. 2021, figure 1",
      seeds: 1,
      steps: 800,
      measures: [
        {
          what: "sharpness over 2 / rate, median of the second half, standard",
          arms: ["standard"],
          sql: sharpness("standard", "median(edges)", SECOND_HALF),
          atLeast: 0.9,
          atMost: 1.25,
          paperValue: 1,
          why: 'A tenth below the edge descent is stable and the sharpness rises on; "just above" is taken for a quarter.',
        },
        {
          what: "loss, the last over that of half way, standard",
          unit: "×",
          arms: ["standard"],
          sql: `SELECT seed, arg_max(value, step) / arg_min(value, step) AS value FROM reading
            WHERE arm = 'standard' AND stat = 'loss' AND ${SECOND_HALF} GROUP BY seed`,
          below: 1,
          why: "The paper's point: at the edge the loss goes on falling, over long times.",
        },
      ],
    },
    hoversWithBatchNorm: {
      statement: "So does that of a network with BatchNorm.",
      source: "Cohen et al. 2021, appendix on BatchNorm",
      seeds: 1,
      steps: 800,
      measures: [
        {
          what: "sharpness over 2 / rate, median of the second half, batchNorm",
          arms: ["batchNorm"],
          sql: sharpness("batchNorm", "median(edges)", SECOND_HALF),
          atLeast: 0.9,
          atMost: 1.25,
          paperValue: 1,
          why: "As without BatchNorm.",
        },
      ],
    },
    risesFromBelow: {
      statement: "The sharpness begins below the edge and rises to it.",
      source: "Cohen et al. 2021, figure 1",
      seeds: 1,
      steps: 800,
      measures: [
        {
          what: "sharpness over 2 / rate at step 0, standard",
          arms: ["standard"],
          sql: sharpness("standard", "max(edges)", "step = 0"),
          below: 1,
          why: "Below the edge is below 1.",
        },
      ],
    },
  },
});
