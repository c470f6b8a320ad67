import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, it } from "vitest";
import type { Recorded } from "../../../src/core/types.ts";
import { follow } from "../../fixtures/followed.ts";
import { pipeline, rowsOf, runEach, start, tinyCifar10, type Started } from "../../fixtures/command-line.ts";
import { aReading, aRun, temporaryFolder } from "../../fixtures/runs.ts";
import { serve } from "../../fixtures/served-store.ts";
import { waitFor } from "../../fixtures/wait.ts";

/** The address that a command printed. */
async function addressOf(started: Started): Promise<string> {
  await started.seen("live: http");
  return /live: (\S+)/.exec(started.shown())![1]!;
}

it("ends with the runs that it follows, however long others train", async () => {
  const { server, start: begin, record, store } = await serve();
  for (const arm of ["standard", "batchNorm"]) await begin(aRun({ runId: arm, arm, steps: 100_000, startedAt: Date.now() })); // prettier-ignore
  const watching = start(["watch", "standard", "--quiet", "--url", server.url], { cwd: temporaryFolder() });
  await waitFor(() => expect(server.hub.clients).toBe(1));
  await record("standard", [aReading(0)]);
  await store.finishRun("standard", "diverged", Date.now());
  server.hub.runEnded("standard", "diverged");
  const ended = watching.ended.then(() => true);
  let step = 0;
  while (!(await Promise.race([ended, setTimeout(100, false)]))) await record("batchNorm", [aReading(step++)]);
  expect((await watching.ended).code).toBe(3);
});

it("follows runs to their end, and says what the matter is where it cannot", async () => {
  const { server, start: begin, record, store } = await serve();
  for (const arm of ["standard", "batchNorm"]) await begin(aRun({ runId: arm, arm, steps: 50, startedAt: Date.now() }));
  const cwd = temporaryFolder();
  const watching = [
    start(["watch", "--url", server.url], { cwd }),
    start(["watch", "batch*", "--url", server.url], { cwd }),
    start(["watch", "batch*", "--json", "--url", server.url], { cwd }),
    start(["watch", "--quiet", "--url", server.url], { cwd }),
  ];
  await waitFor(() => expect(server.hub.clients).toBe(4));
  const moved = (step: number, control: string, value: number): Recorded => {
    return { kind: "event", step, at: 0, level: "info", name: "control", message: "", data: { control, value } };
  };
  await record("batchNorm", [moved(0, "noise", 0), moved(0, "rate", 0.05), moved(2, "noise", 0.5)]);
  for (let step = 0; step < 50; step++) {
    for (const arm of ["standard", "batchNorm"]) {
      await record(arm, [aReading(step), aReading(step, { probe: "accuracy", stat: "accuracy", value: 0.5 })]);
    }
  }
  for (const [arm, status] of [
    ["standard", "failed"],
    ["batchNorm", "completed"],
  ] as const) {
    await store.finishRun(arm, status, Date.now());
    server.hub.runEnded(arm, status);
  }
  const [all, one, json, quiet] = await Promise.all(watching.map(({ ended }) => ended));
  expect([all!.code, one!.code]).toEqual([1, 0]);
  expect(all!.stderr).toMatch(/^standard +step 50\/50 {2}loss 0\.046 {2}accuracy 50 % .* failed +█/m);
  expect(one!.stderr).toMatch(/^batchNorm +step 50\/50 .* completed +noise 0\.5 {2}rate 0\.05 {2}█/m);
  expect(one!.stderr).not.toContain("standard");
  const lines = json!.stdout.trim().split("\n");
  expect([json!.code, json!.stderr]).toEqual([0, ""]);
  expect(JSON.parse(lines.at(-1)!)).toMatchObject({
    run_id: "batchNorm",
    arm: "batchNorm",
    status: "completed",
    step: 50,
    steps: 50,
    accuracy: 0.5,
    controls: { noise: 0.5, rate: 0.05 },
  });
  expect(new Set(lines).size).toBe(lines.length);
  expect(quiet!.stderr).toMatch(/^standard .* failed.*\nbatchNorm .* completed.*\n$/);

  const results = await runEach(
    [
      { args: ["watch", "--url", "http://127.0.0.1:1/"] },
      { args: ["watch", "--url", "nowhere"] },
      { args: ["watch", "nothing*", "--url", server.url] },
    ],
    cwd,
  );
  expect(results.map(({ code }) => code)).toEqual([2, 2, 2]);
  expect(results.map(({ stderr }) => stderr)).toEqual([
    "gradstream: watch: no gradstream at http://127.0.0.1:1/: start one (gradstream run, gradstream serve) or name its --url\n",
    "gradstream: watch: nowhere is not an address such as http://127.0.0.1:11604/\n",
    `gradstream: watch: no run, arm or experiment fits "nothing*" at ${server.url}\n`,
  ]);
});

it("asks for the token", async () => {
  const { server } = await serve({ token: "open-sesame" });
  const [result] = await runEach([{ args: ["watch", "--url", `http://127.0.0.1:${server.port}/`] }], temporaryFolder());
  expect([result!.code, result!.stderr]).toEqual([2, expect.stringContaining("asks for its token")]);
});

it("shows a store after the run that wrote it was killed, without gap or overlap", async () => {
  const cwd = temporaryFolder();
  const place = { cwd, cifar10: tinyCifar10(cwd) };
  const run = start(["run", pipeline("long"), "--arm", "a", "--store", "a.duckdb", "--port", "0"], place);
  const url = await addressOf(run);
  const client = follow(url).records({ probes: ["loss"], stats: ["loss"] });
  await waitFor(() => expect([...client.runs.values()][0]?.step).toBeGreaterThan(50));
  const [runId] = client.runs.keys();

  const locked = await start(["serve", "--store", "a.duckdb"], place).ended;
  expect([locked.code, locked.stderr]).toEqual([
    2,
    `gradstream: a.duckdb is being written to by a gradstream run; its live page is ${url}\n`,
  ]);
  expect((JSON.parse(readFileSync(join(cwd, "a.duckdb.endpoint"), "utf8")) as { page: string }).page).toBe(url);

  run.child.kill("SIGKILL");
  await run.ended;
  await waitFor(() => expect(client.state).toBe("disconnected"));
  const serving = start(["serve", "--store", "a.duckdb", "--port", new URL(url).port], place);
  expect(await addressOf(serving)).toBe(url);
  client.feed.retryNow();
  await waitFor(() => expect(client.runs.get(runId!)?.status).toBe("interrupted"));
  const late = follow(url).records({ probes: ["loss"], stats: ["loss"] });
  const { rows } = await late.feed.query("SELECT count(*) FROM reading WHERE stat = 'loss'");
  expect(rows[0]![0]).toBeGreaterThan(20);
  for (const followed of [client, late]) {
    await waitFor(() => expect(followed.readings(runId!).length).toBeGreaterThanOrEqual(rows[0]![0] as number));
  }
  const steps = client.readings(runId!).map(([step]) => step);
  expect(steps).toEqual([...steps.keys()]);
  expect(client.errors).toEqual([]);

  serving.child.kill("SIGINT");
  expect((await serving.ended).code).toBe(0);
  const stored = await rowsOf(join(cwd, "a.duckdb"), "SELECT step FROM reading WHERE stat = 'loss' ORDER BY step");
  expect(late.readings(runId!).map(([step]) => step)).toEqual(stored.map(([step]) => step));
  expect(steps.length).toBeGreaterThanOrEqual(stored.length);
});
