import { take } from "rxjs";
import {
  attention,
  dense,
  experiment,
  gelu,
  layered,
  layerNorm,
  loss,
  norms,
  positions,
  positionwise,
} from "gradstream";
import { adamW, probes, reshaped, residual, tokenMean, train } from "gradstream";

const network = (width: number) => {
  const normed = () => [positionwise(layerNorm())];
  return layered("one transformer block over the rows of an image", [
    { before: [reshaped([32, 96])], linear: dense({ units: width }), then: [positions()] },
    residual([{ before: normed(), linear: attention({ heads: 4 }) }]),
    residual([
      { before: normed(), linear: dense({ units: 4 * width }), nonlinearity: gelu() },
      { linear: dense({ units: width }) },
    ]),
    { before: [...normed(), tokenMean()], linear: dense({ units: 10 }) },
  ]);
};

export default experiment({
  question: "What is a transformer block, written out?",
  hyper: { width: 32, size: 32, learningRate: 1e-3, steps: 200 },
  arms: ({ width }) => ({ transformer: { network: network(width) } }),
  run: ({ arm, seed, batches, size, learningRate, steps }) =>
    batches({ size }).pipe(take(steps), train(arm.network, adamW({ learningRate }), { seed }), probes(loss(), norms())),
});
