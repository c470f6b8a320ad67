import { chmodSync, existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Checkpoint } from "../../src/checkpoints/checkpoint.ts";
import { readCheckpoint } from "../../src/checkpoints/read-checkpoint.ts";
import { RunCheckpoints } from "../../src/checkpoints/run-checkpoints.ts";
import { temporaryFolder } from "../fixtures/runs.ts";
import { itUnless, NO_USERS } from "../fixtures/unless.ts";

const identity = {
  runId: "e/a/0/1",
  experiment: "e",
  pipeline: "e.ts",
  file: "/e.ts",
  pipelineSha256: "00",
  arm: "a",
  seed: 0,
  hyper: '{"steps":9}',
  backend: "cpu",
  data: "toy, 1 of [1], 1 test",
  codeVersion: "1",
};

const at = (step: number, changes: Partial<Checkpoint["identity"]> = {}): Checkpoint => ({
  identity: { ...identity, ...changes },
  milliseconds: 12.5,
  snapshot: {
    step,
    batchHash: 7,
    places: ["probe drift 1"],
    costs: { loss: { calls: step, milliseconds: 0.25 } },
    tensors: { "params/w": { shape: [2], values: Float32Array.of(step, -step) } },
  },
});

function written(...steps: number[]): RunCheckpoints {
  const checkpoints = new RunCheckpoints(join(temporaryFolder(), "a.duckdb.checkpoints"), identity.runId);
  for (const step of steps) checkpoints.commit(checkpoints.draft(at(step)));
  return checkpoints;
}

const fileOf = ({ folder }: RunCheckpoints, step: number, ending = "safetensors") =>
  join(folder, `step-${String(step).padStart(10, "0")}.${ending}`);

describe("checkpoints of a run", () => {
  it("come back as they were; the last two are kept, each a safetensors file and its manifest", () => {
    const checkpoints = written(5, 10, 100, 15);
    expect(readdirSync(checkpoints.folder).sort()).toEqual(
      [15, 100]
        .flatMap((step) => [fileOf(checkpoints, step, "json"), fileOf(checkpoints, step)])
        .map((path) => path.slice(checkpoints.folder.length + 1)),
    );
    const { kept, damaged } = checkpoints.newest();
    expect(damaged).toEqual([]);
    expect(readCheckpoint(kept!.path)).toEqual(at(100));
    expect(checkpoints.newest(99).kept!.manifest.checkpoint.step).toBe(15);
    expect(checkpoints.newest(14).kept).toBeUndefined();
  });

  it("do not count before they are committed, and are cleaned away", () => {
    const checkpoints = written(5);
    checkpoints.draft(at(10));
    expect(checkpoints.newest().kept!.manifest.checkpoint.step).toBe(5);
    checkpoints.clean(5);
    expect(readdirSync(checkpoints.folder)).toHaveLength(2);
    checkpoints.clean(4);
    expect(readdirSync(checkpoints.folder)).toEqual([]);
  });

  it.each([
    ["torn", (path: string) => truncateSync(path, 40), /has 40 bytes, not \d+/],
    [
      "changed in one bit",
      (path: string) => {
        const bytes = readFileSync(path);
        bytes[bytes.length - 1]! ^= 1;
        writeFileSync(path, bytes);
      },
      /changed since it was written/,
    ],
    ["gone", (path: string) => writeFileSync(path, ""), /has 0 bytes/],
  ])("that are %s are seen, and the one before is taken", (_what, damage, message) => {
    const checkpoints = written(5, 10);
    damage(fileOf(checkpoints, 10));
    const { kept, damaged } = checkpoints.newest();
    expect(kept!.manifest.checkpoint.step).toBe(5);
    expect(damaged).toEqual([expect.stringMatching(/^step 10: /)]);
    expect(damaged[0]).toMatch(message);
  });

  it("that have another's manifest, or none, are no checkpoints", () => {
    const checkpoints = written(5, 10);
    const manifest = fileOf(checkpoints, 10, "json");
    writeFileSync(manifest, readFileSync(manifest, "utf8").replace('"seed": 0', '"seed": 1'));
    expect(checkpoints.newest().damaged).toEqual(["step 10: its manifest is of another checkpoint"]);
    writeFileSync(manifest, "{");
    expect(checkpoints.newest().damaged).toEqual(["step 10: its manifest: is not a checkpoint"]);
    writeFileSync(fileOf(checkpoints, 5, "json"), "{}");
    expect(checkpoints.newest()).toEqual({ kept: undefined, damaged: [expect.any(String), expect.any(String)] });
  });

  it("go with their folders, and stay within the store's whatever a run is called", () => {
    const root = join(temporaryFolder(), "a.duckdb.checkpoints");
    const ids = ["e/../../../x/0/1", "e/a:b*?/0/1", `e/${"ü".repeat(120)}/0/1`, "e/./0/1", "e/ends./0/1"];
    for (const runId of ids) {
      const checkpoints = new RunCheckpoints(root, runId);
      checkpoints.commit(checkpoints.draft(at(5, { runId })));
      expect(checkpoints.folder.startsWith(`${root}/`)).toBe(true);
      // As Windows takes it: no such sign, no dot at the end.
      expect(checkpoints.folder.slice(root.length)).toMatch(/^(\/[^<>:"|?*\\/]*[^<>:"|?*\\/. ])+$/);
      expect(checkpoints.newest().kept!.manifest.checkpoint.identity.runId).toBe(runId);
    }
    expect(new Set(ids.map((id) => new RunCheckpoints(root, id).folder)).size).toBe(ids.length);
    for (const runId of ids) new RunCheckpoints(root, runId).remove();
    expect(existsSync(root)).toBe(false);
    new RunCheckpoints(root, "never").remove();
  });

  const noUser = process.getuid?.() === 0 ? "root may write anywhere" : NO_USERS;
  itUnless(noUser, "that cannot be written leave those that are there", () => {
    const checkpoints = written(5);
    chmodSync(checkpoints.folder, 0o500);
    expect(() => checkpoints.draft(at(10))).toThrow(/EACCES/);
    chmodSync(checkpoints.folder, 0o700);
    expect(checkpoints.newest().kept!.manifest.checkpoint.step).toBe(5);
  });
});
