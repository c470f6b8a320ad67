import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { startServer } from "../../src/feed/server/server.ts";
import { exitCode, exitCodeOf } from "../../src/run/command-line/exit-code.ts";
import { runLine, type LineNumbers, type Standing } from "../../src/run/terminal/run-line.ts";
import { sparkline } from "../../src/run/watch/sparkline.ts";
import type { Outcome } from "../../src/run/worker/protocol.ts";
import { follow } from "../fixtures/followed.ts";
import { pipeline, rowsOf, runEach, start, tinyCifar10 } from "../fixtures/command-line.ts";
import { aReading, aRun, temporaryFolder } from "../fixtures/runs.ts";
import { DASHBOARDS, serve } from "../fixtures/served-store.ts";

it("says that a run diverged by an exit code of its own, and at one step everywhere", async () => {
  const cwd = temporaryFolder();
  const args = ["run", pipeline("mishaps"), "--arm", "good,diverging", "--store", "a.duckdb", "--no-serve"];
  const { code, stdout, stderr } = await start(args, { cwd, cifar10: tinyCifar10(cwd) }).ended;
  expect(code).toBe(3);
  const [[step], ...others] = (await rowsOf(
    join(cwd, "a.duckdb"),
    "SELECT step FROM event WHERE name = 'diverged'",
  )) as [[number]];
  expect(others).toEqual([]);
  expect(step).toBeGreaterThan(0);
  expect(stderr).toMatch(new RegExp(`^diverging: the loss is NaN at step ${step}: `, "m"));
  expect(stderr).toMatch(new RegExp(`^diverging +step +${step}/10 .* diverged$`, "m"));
  expect(stdout).toMatch(new RegExp(`^diverging +0 +diverged +${step} `, "m"));
  expect(await rowsOf(join(cwd, "a.duckdb"), "SELECT steps_done FROM run_summary WHERE arm = 'diverging'")).toEqual([
    [step],
  ]);
  const [listed, help, ofRun, ofReproduce] = await runEach(
    [["runs", "--store", "a.duckdb"], ["--help"], ["run", "--help"], ["reproduce", "--help"]].map((args) => ({ args })),
    cwd,
  );
  expect(listed!.stdout).toMatch(new RegExp(` diverging +0 +diverged +${step}/10 `));
  for (const { stdout: text } of [help!, ofRun!, ofReproduce!]) {
    for (const known of [0, 1, 2, 3, 130]) expect(text).toMatch(new RegExp(`^ {2}${known} +\\w`, "m"));
  }
});

it("tells the live page and watch the same step, while the run is shown and when it is read from the store", async () => {
  const { server, start: begin, record, store } = await serve();
  await begin(aRun({ runId: "r", steps: 50 }));
  await record("r", [aReading(0), aReading(2)]);
  const diverged = { kind: "event", step: 5, at: 0, level: "error", name: "diverged", message: "NaN" } as const;
  await record("r", [diverged]);
  await store.finishRun("r", "diverged", Date.now());
  server.hub.runEnded("r", "diverged");
  const state = { runId: "r", status: "diverged", step: 5 };
  const shown = follow(server.url);
  await vi.waitFor(() => expect(shown.runs.get("r")).toMatchObject(state), 10_000);

  await server.close();
  const again = await startServer({ store, dashboardsDir: DASHBOARDS, port: 0 });
  onTestFinished(() => again.close());
  const stored = follow(again.url);
  await vi.waitFor(() => expect(stored.runs.get("r")).toMatchObject(state), 10_000);

  const watched = await start(["watch", "r", "--url", again.url], { cwd: temporaryFolder() }).ended;
  expect([watched.code, watched.stderr]).toEqual([3, expect.stringMatching(/ step {2}5\/50 .* diverged /)]);
});

const line = (state: Partial<Standing>, shown: Partial<LineNumbers> = {}): string =>
  runLine(
    { arm: "a", seed: 0, steps: 10, step: 2, status: "running", stepsPerSecond: 2, ...state },
    { loss: 1, accuracy: 0.5, ...shown },
    1,
  );

it.each([
  [2.3, "loss 2.3  "],
  [100, "loss 100  "],
  [0.0456, "loss 0.0456 "],
  [1.5e9, "loss 1.5×10⁹ "],
  [NaN, "loss NaN  "],
  [Infinity, "loss ∞    "],
  [-Infinity, "loss −∞   "],
  [undefined, "loss –    "],
])("prints a loss of %s as it is", (loss, text) => {
  expect(line({}, { loss })).toContain(` ${text} accuracy`);
});

it("prints what is not finite without inventing numbers", () => {
  const odd = line({ stepsPerSecond: Infinity }, { accuracy: NaN });
  expect(odd).toBe("a  step  3/10  loss 1     accuracy  NaN      – steps/s  0 s left");
  expect(line({ stepsPerSecond: NaN })).toMatch(/ – steps\/s {2}starting$/);
  expect(sparkline([NaN, 1, Infinity, 2])).toBe("×▁×█");
  expect(sparkline([NaN, NaN])).toBe("××");
});

it("takes the gravest of several ends", () => {
  const failed = (isUserError: boolean): Outcome => ({ status: "failed", message: "", isUserError });
  const diverged: Outcome = { status: "diverged", message: "", step: 1, layer: null };
  const [completed, interrupted] = [{ status: "completed" }, { status: "interrupted" }] as const;
  expect(exitCode([completed])).toBe(0);
  expect(exitCode([completed, diverged])).toBe(3);
  expect(exitCode([diverged, interrupted])).toBe(130);
  expect(exitCode([diverged, interrupted, failed(false)])).toBe(1);
  expect(exitCode([failed(false), failed(true)])).toBe(2);
  expect(exitCodeOf(["completed", "diverged"])).toBe(3);
});
