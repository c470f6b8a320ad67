import * as tf from "@tensorflow/tfjs-core";
import { take } from "rxjs";
import { adam, every, experiment, hessian, loss, mlp, probes, sgd, tanh, train } from "gradstream";

/** Half the squared distance of the outputs from the class, its mean over the batch: unlike cross-entropy it stays curved. */
const squares = (outputs: tf.Tensor, labels: tf.Tensor): tf.Scalar => {
  const [size, classes] = outputs.shape as [number, number];
  return tf.mul(tf.sum(tf.square(tf.sub(outputs, tf.cast(tf.oneHot(labels, classes), "float32")))), 0.5 / size);
};

/** Of each seed a number of the largest eigenvalue over the edge of its arm, in the second half. */
const eigenvalues = (arm: string, probe: string, edge: string, number: string): string =>
  `SELECT seed, ${number} AS value
   FROM (SELECT *, (hyper ->> 'momentum')::DOUBLE AS m, value / (${edge}) AS edges FROM reading)
   WHERE arm = '${arm}' AND probe = '${probe}' AND stat = 'eigenvalue' AND step * 2 >= steps GROUP BY seed`;
const ofAdam = (number: string): string =>
  eigenvalues("adam", "preconditioned_hessian", "(2 + 2 * m) / ((1 - m) * (hyper ->> 'adamRate')::DOUBLE)", number);
const ofMomentum = (number: string): string =>
  eigenvalues("momentum", "hessian", "(2 + 2 * m) / (hyper ->> 'sgdRate')::DOUBLE", number);

/** That the median of the second half is at the edge. */
const atEdge = (arm: string, of: (number: string) => string) => [
  {
    what: `largest eigenvalue over the edge, median of the second half, ${arm}`,
    arms: [arm],
    sql: of("median(edges)"),
    atLeast: 0.9,
    atMost: 1.1,
    paperValue: 1,
    why: "At the edge is within a tenth of it: below, training is stable and the eigenvalue rises on.",
  },
];

// Cohen et al. 2022: with Adam the largest eigenvalue of P⁻¹H is what comes to an edge, at (2 + 2β₁) / ((1 - β₁) rate): 38 / rate
// for β₁ = 0.9. Descent without a preconditioner and with momentum μ has its edge at (2 + 2μ) / rate.
export default experiment({
  question: "Does full-batch Adam come to an edge of stability of its own, that of the preconditioned Hessian?",
  hyper: { images: 500, hidden: 32, adamRate: 3e-4, sgdRate: 0.1, momentum: 0.9, every: 50, steps: 3000 },
  scales: {
    smoke: { images: 64, hidden: 8, every: 4, steps: 12 },
    quick: { images: 200, steps: 1000 },
  },
  arms: ({ hidden, adamRate, sgdRate, momentum }) => {
    const network = mlp({ hidden: [hidden, hidden], nonlinearity: tanh });
    return {
      adam: { network, optimizer: adam({ learningRate: adamRate, beta1: momentum }) },
      momentum: { network, optimizer: sgd({ learningRate: sgdRate, momentum }) },
    };
  },
  run: ({ arm, seed, batches, images, every: each, steps }) => {
    const when = every(each, { last: steps - 1 });
    const search = { iterations: 30, tolerance: 0.01, when };
    return batches({ size: images, images }).pipe(
      take(steps),
      train(arm.network, arm.optimizer, { seed, loss: squares }),
      probes(loss(), hessian(search), hessian({ ...search, preconditioned: true })),
    );
  },
  claims: {
    adamComesToItsEdge: {
      statement: "Under full-batch Adam the largest eigenvalue of P⁻¹H comes to (2 + 2β₁) / ((1 - β₁) rate).",
      source: "Cohen et al. 2022",
      seeds: 1,
      steps: 800,
      measures: atEdge("adam", ofAdam),
    },
    momentumComesToItsEdge: {
      statement: "Under descent with momentum μ that of H comes to (2 + 2μ) / rate.",
      source: "Cohen et al. 2021 and 2022",
      seeds: 1,
      steps: 800,
      measures: atEdge("momentum", ofMomentum),
    },
    hoversSteadily: {
      statement: "Both hover there: once at the edge, they do not come down from it.",
      source: "Cohen et al. 2022",
      seeds: 1,
      steps: 800,
      measures: [
        {
          what: "largest eigenvalue over the edge, the smallest of the second half, adam",
          arms: ["adam"],
          sql: ofAdam("min(edges)"),
          atLeast: 0.9,
          why: "At the edge is within a tenth of it.",
        },
        {
          what: "largest eigenvalue over the edge, the smallest of the second half, momentum",
          arms: ["momentum"],
          sql: ofMomentum("min(edges)"),
          atLeast: 0.9,
          why: "At the edge is within a tenth of it.",
        },
      ],
    },
  },
});
