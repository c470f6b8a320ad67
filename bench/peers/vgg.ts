import { createInterface } from "node:readline";
import { concat, from, ignoreElements, lastValueFrom, tap } from "rxjs";
import { batchNorm, gradientSteps, ics, injectNoise, moments, normal, norms, probes } from "gradstream";
import { rootKey, sgd, startBackend, train, vgg, type BackendName } from "gradstream";
import { shareCores } from "../../src/backend/tensorflow/start.ts";

// The twin of vgg.py: THREADS WIDTH BATCH plain|noise|measured|cheap batchNorm|none BACKEND, the same protocol.
const [threads, width, size] = process.argv.slice(2, 5).map(Number) as [number, number, number];
const [kind, norm, backend] = process.argv.slice(5) as [string, string, BackendName];
shareCores(threads, 1);
await startBackend(backend);
const network = vgg({ depth: 16, width, ...(norm === "batchNorm" && { norm: batchNorm }) });
const noise = kind === "noise" ? injectNoise({ nMu: 0.5, nSigma: 1.25, rMu: 0.1, rSigma: 0.1 }) : undefined;
const measure = {
  measured: () => [ics(), gradientSteps({ distances: { learningRates: [0.5, 1, 2, 4] } })],
  cheap: () => [norms(), moments({ layers: [2, 9, 13] })],
}[kind];
const labels = Int32Array.from(new Uint8Array(size), (_zero, i) => i % 10);
const batch = { epoch: 0, size, shape: [32, 32, 3], examples: normal(rootKey(0), size * 3072), labels };
for await (const line of createInterface({ input: process.stdin })) {
  const steps = Number(line);
  const batches = Array.from({ length: steps + 1 }, (_, step) => ({ ...batch, step }));
  // The first step makes the network and is not counted.
  let start = 0;
  const steps$ = from(batches).pipe(
    tap(({ step }) => step === 1 && (start = performance.now())),
    train(network, sgd({ learningRate: 0.1 }), { seed: 0, activations: noise }),
  );
  const run = measure ? steps$.pipe(probes(...measure()), ignoreElements()) : steps$.pipe(ignoreElements());
  await lastValueFrom(concat(run, [undefined]));
  console.log((performance.now() - start) / steps, process.resourceUsage().maxRSS / 1024);
}
