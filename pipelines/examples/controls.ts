import { take } from "rxjs";
import { accuracy, batchNorm, experiment, injectNoise, loss, mlp, probes, sgd, slider, train } from "gradstream";

export default experiment({
  question: "How much noise, moved by hand on the live page, does training bear with BatchNorm and without?",
  hyper: { size: 32, steps: 2000 },
  controls: {
    noise: slider(0, 2),
    learningRate: slider(1e-4, 1, { initial: 0.05, log: true }),
  },
  arms: () => ({ standard: { network: mlp() }, batchNorm: { network: mlp({ norm: batchNorm }) } }),
  run: ({ arm, seed, batches, controls, size, steps }) =>
    batches({ size }).pipe(
      take(steps),
      train(arm.network, sgd({ learningRate: controls.learningRate }), {
        seed,
        activations: injectNoise({ nMu: controls.noise, nSigma: 1, rMu: 0, rSigma: 0 }),
      }),
      probes(loss(), accuracy()),
    ),
});
