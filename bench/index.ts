import { normal, rootKey, startBackend, type Batch } from "gradstream";
import { machine } from "./measure.ts";
import { noiseCost } from "./noise-cost.ts";
import { storeRows } from "./store-rows.ts";
import { streamOverhead } from "./stream-overhead.ts";

// The quick scale of pipelines/noisy-batchnorm.ts.
const [WIDTH, SIZE, SHAPE] = [8, 64, [32, 32, 3]];
const PAIRS = Number(process.argv[2] ?? 12);

const batches = Array.from({ length: 10 }, (_, step): Batch => {
  const examples = normal(rootKey(step), SIZE * 3072, 0, 0.5);
  const labels = Int32Array.from(new Uint8Array(SIZE), (_zero, i) => i % 10);
  return { step, epoch: 0, size: SIZE, shape: SHAPE, examples, labels };
});

const backend = await startBackend("auto");
console.log(`${machine()}, backend ${backend}\n`);
for (const measure of [
  () => streamOverhead(batches, WIDTH, PAIRS),
  () => noiseCost(batches, WIDTH, PAIRS),
  () => storeRows(5),
]) {
  console.log(`${(await measure()).join("\n")}\n`);
}
