import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { fromSafetensors } from "../../src/core/safetensors.ts";
import { writeSafetensors } from "../../src/formats/write-safetensors.ts";
import { openStore } from "../../src/store/open-store.ts";
import { AWKWARD, awkwardStore } from "../fixtures/many-records.ts";
import { temporaryFolder } from "../fixtures/runs.ts";
import { itUnless } from "../fixtures/unless.ts";

async function exported(): Promise<string> {
  const store = await openStore(await awkwardStore(join(temporaryFolder(), "a.duckdb")), { readOnly: true });
  const folder = join(temporaryFolder(), "tensors");
  expect(await writeSafetensors(store, folder, { arm: ["standard"] })).toMatchObject({ runs: 1, files: 1 });
  await store.close();
  return join(folder, "noisy", "standard", "seed-0.safetensors");
}

it("writes each series of a run as its steps and values, every digit of them", async () => {
  const { tensors, metadata } = fromSafetensors(readFileSync(await exported()), "it");
  expect(Object.keys(tensors).sort()).toEqual([
    "gradientSteps/loss/distance-0.1/step",
    "gradientSteps/loss/distance-0.1/value",
    "loss/loss/step",
    "loss/loss/value",
    "moments/mean/layer-3/unit-2/step",
    "moments/mean/layer-3/unit-2/value",
  ]);
  expect(tensors["loss/loss/step"]).toEqual({ shape: [10], values: Int32Array.from(AWKWARD.keys()) });
  expect(tensors["loss/loss/value"]).toEqual({ shape: [10], values: Float64Array.from(AWKWARD) });
  expect(JSON.parse(metadata["series"]!)).toMatchObject({
    "moments/mean/layer-3/unit-2": { probe: "moments", stat: "mean", layer: 3, unit: 2 },
  });
  const run = JSON.parse(metadata["run"]!) as Record<string, unknown>;
  expect(run).toMatchObject({ run_id: "noisy/standard/0/a", arm: "standard", status: "completed" });
  expect(run).not.toHaveProperty("host");
});

const python = process.env["PYTHON"] ?? (existsSync("venv/bin/python") ? "venv/bin/python" : "python3");
const there = spawnSync(python, ["-c", "import safetensors, numpy"]);
itUnless(
  there.status === 0 ? undefined : `${python} has no safetensors and numpy; PYTHON names another`,
  "is read by Python's safetensors",
  async () => {
    const script = [
      "import json, sys",
      "from safetensors.numpy import load_file",
      "t = load_file(sys.argv[1])",
      "print(json.dumps([t['loss/loss/step'].tolist(), t['loss/loss/value'][:7].tolist(), str(t['loss/loss/value'].dtype)]))",
    ].join("\n");
    const { stdout, stderr } = spawnSync(python, ["-c", script, await exported()], { encoding: "utf8" });
    expect(JSON.parse(stdout || "null"), stderr).toEqual([[...AWKWARD.keys()], AWKWARD.slice(0, 7), "float64"]);
  },
);
