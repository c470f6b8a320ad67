import { take } from "rxjs";
import { avgPool, batchNorm, conv, dense, every, experiment, flatten, hessian, layered, loss } from "gradstream";
import { maxPool, populationBatchNorm, probes, relu, sgd, spectralDensity, train, type Norm } from "gradstream";
import { claims } from "./claims/hessian-density.ts";

/** A VGG of five convolutions, for images that means have brought to 16 × 16. */
const vgg5 = (width: number, norm?: Norm) => {
  const bias = norm === undefined;
  const block = (filters: number) => ({ linear: conv({ filters, bias }), norm: norm?.(), nonlinearity: relu() });
  return layered(`vgg5 width ${width}`, [
    { ...block(width), before: [avgPool()] },
    { ...block(width), then: [maxPool()] },
    block(2 * width),
    { ...block(2 * width), then: [maxPool()] },
    { ...block(4 * width), then: [maxPool(), flatten()] },
    { linear: dense({ units: 10 }) },
  ]);
};

// Ghorbani et al. 2019. `hessian` has as many eigenvalues as there are classes: λ1 / λ10 says how far outside outliers lie.
export default experiment({
  question: "Does BatchNorm take the outliers out of the spectrum of the Hessian, by the statistics of the batch?",
  claims,
  hyper: { width: 4, size: 64, learningRate: 0.1, measured: 64, every: 200, steps: 401 },
  scales: { smoke: { width: 1, size: 16, measured: 16, every: 4, steps: 5 } },
  arms: ({ width }) => ({
    standard: { network: vgg5(width) },
    batchNorm: { network: vgg5(width, batchNorm) },
    populationBatchNorm: { network: vgg5(width, populationBatchNorm) },
  }),
  run: ({ arm, seed, batches, trainingSet, size, measured, learningRate, every: each, steps }) => {
    const of = { examples: trainingSet({ images: measured, size: measured }), when: every(each) };
    const density = spectralDensity({ ...of, vectors: 1, iterations: 30, bins: 200 });
    const largest = hessian({ ...of, eigenvalues: 10, iterations: 60, tolerance: 0.01 });
    const training = train(arm.network, sgd({ learningRate }), { seed });
    return batches({ size }).pipe(take(steps), training, probes(loss(), density, largest));
  },
});
