import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { sha256 } from "../../../src/checkpoints/checkpoint.ts";
import { codeVersion } from "../../../src/run/process/version.ts";
import { folderPlace } from "../../../src/sweep/place/folder-place.ts";
import { manifestFile } from "../../../src/sweep/place/manifest.ts";
import { createJson } from "../../../src/sweep/place/result-place.ts";
import { pipeline, runEach } from "../../fixtures/command-line.ts";
import { temporaryFolder } from "../../fixtures/runs.ts";
import { manifest } from "../../fixtures/sweeps.ts";

it("refuses a sweep of other code or another pipeline, and what is none, in one line each", async () => {
  const cwd = temporaryFolder();
  const file = pipeline("tiny");
  const own = {
    ...manifest,
    pipeline: file,
    file,
    pipelineSha256: sha256(readFileSync(file)),
    codeVersion: codeVersion(),
  };
  for (const [name, of] of Object.entries({
    "other-code": { ...own, codeVersion: "0.0.1+abc" },
    "other-pipeline": { ...own, pipelineSha256: "0" },
  })) {
    await createJson(folderPlace(join(cwd, name)), manifestFile(of).path, of);
  }
  mkdirSync(join(cwd, "empty"));
  const queue = ["--queue", "redis://127.0.0.1:1"];
  const cases: readonly (readonly [readonly string[], string])[] = [
    [[...queue, "--results", "other-code"], `was planned by gradstream 0.0.1+abc, and this is ${codeVersion()}`],
    [[...queue, "--results", "other-pipeline"], "is not the pipeline that the sweep was planned with"],
    [[...queue, "--results", "empty"], "there is no sweep in empty, or it is over"],
    [[...queue, "--results", "none"], "--results none: there is no such folder"],
    [[...queue, "--results", "http://127.0.0.1:1"], "a URL comes with a token"],
    [["--results", "empty"], "give --queue, or --slurm within a task of Slurm"],
  ];
  const results = await runEach(
    cases.map(([args]) => ({ args: ["worker", ...args] })),
    cwd,
  );
  for (const [i, [args, why]] of cases.entries()) {
    expect(results[i]!.stderr, args.join(" ")).toContain(why);
    expect(results[i]!.stderr.trim().split("\n"), args.join(" ")).toHaveLength(1);
    expect(results[i]!.code, args.join(" ")).toBe(2);
  }
});
