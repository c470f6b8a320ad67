import { mkdtempSync, rmSync } from "node:fs";
import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { probeBackend } from "../src/backend/start.ts";
import { alternate, machine, show } from "./measure.ts";

// Eight equal trials on two lanes against the same on one, in turn; arguments: pairs, steps of a trial, backends.
// Beside it the floor of the machine: two programs that know nothing of each other against one that does the work of
// both. They share memory, and the second core is then no longer free for what an engine does beside its main thread.
const PAIRS = Number(process.argv[2] ?? 5);
const STEPS = process.argv[3] ?? "60";
const BACKENDS = (process.argv[4] ?? "wasm,tensorflow").split(",") as ("wasm" | "tensorflow")[];
const TARGETS = { wasm: 0.55, tensorflow: 0.75 };
const BIN = fileURLToPath(new URL("../bin/gradstream.js", import.meta.url));

/** Runs a command in a folder of its own. Throws when it does not end well. */
async function command(args: readonly string[]): Promise<void> {
  const cwd = mkdtempSync(join(tmpdir(), "gradstream-sweep-"));
  try {
    const common = ["--steps", STEPS, "--data", "shapes10", "--no-serve", "--quiet", "--store", "s.duckdb"];
    const child = spawn(process.execPath, [BIN, ...args, ...common], { cwd, stdio: ["ignore", "ignore", "inherit"] });
    const code = await new Promise((resolve) => child.once("close", resolve));
    if (code !== 0) throw new Error(`gradstream ${args[0]!} ended with exit code ${String(code)}`);
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

const sweep = (backend: string, jobs: number) => {
  const what = ["noisy-batchnorm", "--grid", "arm=batchNorm", "--seeds", "8"];
  return command(["sweep", ...what, "--backend", backend, "--jobs", String(jobs)]);
};
const alone = (backend: string, seeds: number) => {
  const what = ["noisy-batchnorm", "--arm", "batchNorm", "--seeds", String(seeds)];
  return command(["run", ...what, "--backend", backend, "--jobs", "1"]);
};

console.log(`${machine()}, ${PAIRS} pairs, 8 trials of ${STEPS} steps\n`);
for (const backend of BACKENDS) {
  const { available, detail } = await probeBackend(backend);
  if (!available) {
    console.log(`${backend}: ${detail}`);
    continue;
  }
  const { a, b, ratio } = await alternate(
    PAIRS,
    () => sweep(backend, 2),
    () => sweep(backend, 1),
  );
  console.log(`${backend}: --jobs 2 takes ${show(ratio)} of --jobs 1, at most ${TARGETS[backend]}`);
  console.log(`  ${show({ ...a }, 0)} ms against ${show({ ...b }, 0)} ms`);
  const floor = await alternate(
    PAIRS,
    () => Promise.all([alone(backend, 4), alone(backend, 4)]),
    () => alone(backend, 8),
  );
  console.log(`  two programs side by side take ${show(floor.ratio)} of one that does the work of both`);
}
