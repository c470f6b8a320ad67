import { first, lastValueFrom, map, scan } from "rxjs";
import { expect, it } from "vitest";
import { probeBackend } from "../../src/backend/start.ts";
import { findCifar10 } from "../../src/data/cifar10-files.ts";
import {
  accuracy,
  batches,
  fold,
  loadCifar10,
  loss,
  probes,
  type Recorded,
  rootKey,
  startBackend,
  train,
} from "../../src/index.ts";
import { NETWORKS, paperSgd, SEEDS } from "../fixtures/small-vgg.ts";
import { valuesOf } from "../fixtures/streams.ts";

const cifar10 = findCifar10(process.env, process.cwd());
const { available, detail } = await probeBackend("tensorflow");
const missing = [...(cifar10 ? [] : ["CIFAR-10 (set CIFAR10_DIR)"]), ...(available ? [] : [`TensorFlow (${detail})`])];
if (missing.length > 0) console.warn(`the paper's network on real images: skipped, without ${missing.join(" and ")}`);

// Glorot with gain 1 stays on the plateau for more than 600 steps.
it.skipIf(missing.length > 0).each(SEEDS)(
  "the standard network leaves its plateau on real images within 200 steps: seed %i",
  async (seed) => {
    await startBackend("tensorflow");
    const steps = 200;
    const { train: images } = await loadCifar10(cifar10!, { limitTrain: 10_000, limitTest: 1 });
    const left = batches(images, { size: 128, key: fold(rootKey(seed), "batches"), limit: steps }).pipe(
      train(NETWORKS.standard, paperSgd(0.1), { seed }),
      probes(loss(), accuracy()),
      scan<Recorded, readonly Recorded[]>((records, record) => [...records, record], []),
      map((records) => [lately(records, "accuracy"), lately(records, "loss")] as const),
      first(([accuracy, loss]) => accuracy > 0.15 && loss < Math.log(10) - 0.1),
    );
    await expect(lastValueFrom(left)).resolves.toHaveLength(2);
  },
  120_000,
);

/** The mean of the last 20 readings; NaN where there are fewer. */
function lately(records: readonly Recorded[], stat: string): number {
  const last = valuesOf(records, stat).slice(-20);
  return last.length < 20 ? NaN : last.reduce((sum, value) => sum + value, 0) / last.length;
}
