import {
  accuracy,
  batchNorm,
  every,
  experiment,
  horizontalFlip,
  loss,
  probes,
  randomCrop,
  sgd,
  train,
  vgg,
} from "gradstream";
import { identity, pipe, take } from "rxjs";

export default experiment({
  question: "Does shifting and mirroring images help on the test set?",
  hyper: { steps: 300, learningRate: 0.1, size: 64, width: 8 },
  arms: ({ width }) => ({
    plain: { network: vgg({ width, norm: batchNorm }), augment: false },
    augmented: { network: vgg({ width, norm: batchNorm }), augment: true },
  }),
  run: ({ arm, seed, batches, test, size, steps, learningRate }) =>
    batches({ size }).pipe(
      take(steps),
      arm.augment ? pipe(randomCrop({ padding: 4, seed }), horizontalFlip({ seed })) : identity, // crop and flip: this line
      train(arm.network, sgd({ learningRate }), { seed }),
      probes(loss(), accuracy({ test: test({ images: 500 }), when: every(100, { last: steps - 1 }) })),
    ),
});
