import { mkdtempSync, rmSync } from "node:fs";
import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { probeBackend } from "../src/backend/start.ts";
import { alternate, machine, show } from "./measure.ts";

// Eight equal trials on two lanes against the same on one, in turn; arguments: pairs, steps of a trial, backends.
const PAIRS = Number(process.argv[2] ?? 5);
const STEPS = process.argv[3] ?? "200";
const BACKENDS = (process.argv[4] ?? "wasm,tensorflow").split(",") as ("wasm" | "tensorflow")[];
const TARGETS = { wasm: 0.55, tensorflow: 0.75 };
const BIN = fileURLToPath(new URL("../bin/gradstream.js", import.meta.url));

/** Trains eight trials in a store of their own. Throws when one does not complete. */
async function sweep(backend: string, jobs: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "gradstream-sweep-"));
  try {
    const what = ["noisy-batchnorm", "--grid", "arm=batchNorm", "--seeds", "8", "--steps", STEPS];
    const how = ["--backend", backend, "--data", "shapes10", "--jobs", String(jobs), "--no-serve", "--quiet"];
    const args = [BIN, "sweep", ...what, ...how, "--store", join(folder, "s.duckdb")];
    const child = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
    const code = await new Promise((resolve) => child.once("close", resolve));
    if (code !== 0) throw new Error(`the sweep ended with exit code ${String(code)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

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
}
