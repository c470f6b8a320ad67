import { lastValueFrom, take } from "rxjs";
import { batchNorm, crossEntropy, deepLinear, halfSquares, normal, rootKey, vgg, type Batch } from "gradstream";
import { probeBackend } from "../src/backend/start.ts";
import { linearTask } from "../src/data/linear-task.ts";
import { hessianCost } from "./hessian-cost.ts";
import { icsCost } from "./ics-cost.ts";
import { machine } from "./measure.ts";
import { noiseCost } from "./noise-cost.ts";
import { storeRows } from "./store-rows.ts";
import { streamOverhead } from "./stream-overhead.ts";

const PAIRS = Number(process.argv[2] ?? 16);

function batchesOf(size: number, steps: number): Batch[] {
  const labels = Int32Array.from(new Uint8Array(size), (_zero, i) => i % 10);
  return Array.from({ length: steps }, (_, step) => ({
    step,
    epoch: 0,
    size,
    shape: [32, 32, 3],
    examples: normal(rootKey(step), size * 3072, 0, 0.5),
    labels,
  }));
}

console.log(`${machine()}\n`);
for (const name of ["tensorflow", "wasm"] as const) {
  const { available, detail } = await probeBackend(name);
  console.log(`backend ${name}: ${detail}\n`);
  if (!available) continue;
  // The network that is compared with PyTorch, and the quick scale of pipelines/noisy-batchnorm.ts.
  const paper = vgg({ depth: 16, width: 16, norm: batchNorm });
  const quick = vgg({ depth: 11, width: 8, norm: batchNorm });
  console.log(`${(await streamOverhead(paper, batchesOf(128, 2), PAIRS)).join("\n")}\n`);
  console.log((await icsCost(paper, batchesOf(128, 1)[0]!, crossEntropy, 4)).join("\n"));
  for (const norm of [undefined, batchNorm]) {
    for (const [width, size] of [
      [8, 64],
      [16, 128],
    ] as const) {
      const network = vgg({ depth: width === 8 ? 11 : 16, width, norm });
      console.log((await hessianCost(network, batchesOf(size, 1)[0]!, PAIRS)).join("\n"));
    }
    const linear = await lastValueFrom(linearTask({ key: rootKey(0) }).pipe(take(1)));
    console.log((await icsCost(deepLinear({ norm }), linear, halfSquares, PAIRS)).join("\n"));
  }
  console.log(`${(await noiseCost(quick, batchesOf(64, 10), PAIRS)).join("\n")}\n`);
}
console.log((await storeRows(5)).join("\n"));
