import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { startServer } from "../../src/feed/server/server.ts";
import { openStore } from "../../src/store/open-store.ts";
import { follow } from "../fixtures/followed.ts";
import { pipeline, rowsOf, start, tinyCifar10 } from "../fixtures/command-line.ts";
import { aReading, aRun, temporaryFolder } from "../fixtures/runs.ts";
import { DASHBOARDS, serve } from "../fixtures/served-store.ts";
import { waitFor } from "../fixtures/wait.ts";

const WHY = "its batches ended, or its pipe took fewer (take, first, takeWhile)";

it("counts the steps that were done of a run that ends early, everywhere, and says that it did", async () => {
  const cwd = temporaryFolder();
  const args = ["run", pipeline("short"), "--store", "a.duckdb", "--no-serve", "--jobs", "3"];
  const { code, stdout, stderr } = await start(args, { cwd, cifar10: tinyCifar10(cwd) }).ended;
  expect([code, stderr]).toEqual([0, expect.stringContaining("taken")]);
  const done = { empty: 0, taken: 10, cut: 29, whole: 60, rare: 60 };
  for (const [arm, steps] of Object.entries(done)) {
    expect(stderr).toMatch(new RegExp(`^${arm} +step +${steps}/60 .* completed$`, "m"));
    expect(stdout).toMatch(new RegExp(`^${arm} +0 +completed +${steps} `, "m"));
    const line = `${arm}: ended after ${steps} of 60 steps: ${WHY}\n`;
    expect(stderr.split(line)).toHaveLength(steps < 60 ? 2 : 1);
    expect(stdout.includes(`${arm} warned: ended after ${steps} of 60 steps: `)).toBe(steps < 60);
  }
  const store = join(cwd, "a.duckdb");
  const rows = await rowsOf(store, "SELECT arm, steps_done FROM run_summary");
  expect(Object.fromEntries(rows)).toEqual(done);
  const events = await rowsOf(store, "SELECT arm, level, name, data->>'steps' FROM event JOIN run USING (run_id)");
  expect([...events].sort()).toEqual([
    ["cut", "warning", "ended_early", "29"],
    ["empty", "warning", "ended_early", "0"],
    ["taken", "warning", "ended_early", "10"],
  ]);
});

it("tells the live page the same, while the run is shown and when it is read from the store", async () => {
  const { server, start: begin, record, store } = await serve();
  const [early, whole] = [
    { runId: "early", steps: 50 },
    { runId: "whole", steps: 50 },
  ];
  for (const run of [early, whole]) {
    await begin(aRun(run));
    await record(run.runId, [aReading(0)]);
  }
  const event = { kind: "event", step: 9, at: 0, level: "warning", name: "ended_early", message: "" } as const;
  await record("early", [{ ...event, data: { steps: 10 } }]);
  for (const { runId } of [early, whole]) {
    await store.finishRun(runId, "completed", Date.now());
    server.hub.runEnded(runId, "completed");
  }
  const check = async (url: string) => {
    const shown = follow(url);
    await waitFor(() => expect(shown.runs.get("early")).toMatchObject({ status: "completed", step: 9 }));
    await waitFor(() => expect(shown.runs.get("whole")).toMatchObject({ status: "completed", step: 49 }));
  };
  await check(server.url);
  await server.close();
  const again = await startServer({ store, dashboardsDir: DASHBOARDS, port: 0 });
  onTestFinished(() => again.close());
  await check(again.url);
});

it("takes an event of this name that somebody else wrote for no count", async () => {
  const store = await openStore(join(temporaryFolder(), "a.duckdb"));
  onTestFinished(() => store.close());
  await store.startRun(aRun({ runId: "r", steps: 50 }));
  await store.append("r", [
    { kind: "event", step: 3, at: 0, level: "info", name: "ended_early", message: "", data: {} },
  ]);
  await store.finishRun("r", "completed", Date.now());
  expect((await store.query("SELECT steps_done FROM run_summary")).rows).toEqual([[50]]);
});
