import { expect, it } from "vitest";
import type { ControlCommand, Declaration } from "../../../src/feed/client/node.ts";
import { commandOf } from "../../../src/run/watch/control-runs.ts";
import { start } from "../../fixtures/command-line.ts";
import { aRun, temporaryFolder } from "../../fixtures/runs.ts";
import { serve } from "../../fixtures/served-store.ts";

const DECLARED: Declaration = {
  id: "d",
  experiment: "e",
  pipeline: "e.ts",
  steps: 100,
  hyper: {},
  arms: [{ arm: "batchNorm", network: "n", layers: [], probes: null }],
  trials: [
    { arm: 0, seed: 0, runId: "b0" },
    { arm: 0, seed: 1, runId: null },
  ],
};

it("asks for what the pattern picks, from this machine without a token, and says so of each", async () => {
  const { server, start: begin } = await serve();
  const asked: ControlCommand[] = [];
  server.hub.controlledBy((command) => asked.push(command) > 0);
  for (const [runId, arm] of Object.entries({ b0: "batchNorm", s0: "standard" })) await begin(aRun({ runId, arm }));
  server.hub.declared(DECLARED);
  const cwd = temporaryFolder();
  const watch = (...args: string[]) => start(["watch", ...args, "--url", server.url], { cwd }).ended;
  const stopped = await watch("batch*", "--stop");
  expect([stopped.code, stopped.stderr]).toEqual([0, "asked to stop: batchNorm\n"]);
  const skipped = await watch("batchNorm", "--skip");
  expect([skipped.code, skipped.stderr]).toEqual([0, "asked to skip: batchNorm seed 1\n"]);
  expect(asked).toEqual([
    { action: "stop", run: "b0" },
    { action: "skip", declaration: "d", arm: "batchNorm", seed: 1 },
  ]);
  const nothing = await watch("nobody", "--pause");
  expect([nothing.code, nothing.stderr]).toEqual([
    2,
    `gradstream: watch: nothing to pause fits "nobody" at ${server.url}\n`,
  ]);
});

it("takes one command at a time", () => {
  expect(commandOf({})).toBeUndefined();
  expect(commandOf({ pause: true })).toBe("pause");
  expect(() => commandOf({ pause: true, stop: true })).toThrow("watch: --stop and --pause exclude each other");
});
