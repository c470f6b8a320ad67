import { expect, it, onTestFinished } from "vitest";
import { startServer } from "../../../src/feed/server/server.ts";
import { start, type Started } from "../../fixtures/command-line.ts";
import { aReading, aRun, temporaryFolder } from "../../fixtures/runs.ts";
import { DASHBOARDS, serve, type Served } from "../../fixtures/served-store.ts";
import { waitFor } from "../../fixtures/wait.ts";

const watch = (url: string, ...args: string[]): Started =>
  start(["watch", ...args, "--url", url], { cwd: temporaryFolder() });

/** Serves a run that is under way. */
async function underWay(): Promise<Served> {
  const served = await serve();
  await served.start(aRun({ runId: "r", arm: "standard", steps: 50, startedAt: Date.now() }));
  await served.record("r", [aReading(0)]);
  return served;
}

it("says that there is no run yet", async () => {
  const { server } = await serve();
  const { code, stderr } = await watch(server.url).ended;
  expect([code, stderr]).toEqual([2, `gradstream: watch: ${server.url} has no run yet\n`]);
});

it("ends as interrupted when it is, which no run notices, and when the run that it follows is", async () => {
  const { server, store } = await underWay();
  const leaving = watch(server.url);
  const [following, json] = [watch(server.url, "--quiet"), watch(server.url, "--json")];
  await waitFor(() => expect(server.hub.clients).toBe(3));
  leaving.child.kill("SIGINT");
  const left = await leaving.ended;
  expect([left.code, left.stdout]).toEqual([130, ""]);
  await waitFor(() => expect(server.hub.clients).toBe(2));
  expect((await store.query("SELECT status FROM run")).rows).toEqual([["running"]]);

  await store.finishRun("r", "interrupted", Date.now());
  server.hub.runEnded("r", "interrupted");
  const followed = await following.ended;
  expect(followed.code).toBe(130);
  expect(followed.stderr).toMatch(/^standard +step +1\/50 .* interrupted.*\n$/);
  const { code, stdout } = await json.ended;
  expect(code).toBe(130);
  expect(JSON.parse(stdout.trim().split("\n").at(-1)!)).toMatchObject({ run_id: "r", status: "interrupted" });
});

it("goes on when its server was away, and ends with what it missed", async () => {
  const { server, store } = await underWay();
  const following = watch(server.url);
  await waitFor(() => expect(server.hub.clients).toBe(1));
  const { port } = server;
  await server.close();
  await following.seen("; trying again\n");
  await store.append("r", [aReading(1)]);
  await store.finishRun("r", "diverged", Date.now());
  const again = await startServer({ store, port, dashboardsDir: DASHBOARDS });
  onTestFinished(() => again.close());
  expect(again.port).toBe(port);
  const { code, stderr } = await following.ended;
  expect(code, stderr).toBe(3);
  expect(stderr).toMatch(/^disconnected: .*; trying again\n/m);
  expect(stderr).toMatch(/^standard .* diverged/m);
});

it("names each run that refuses what is asked, after those that take it", async () => {
  const { server, start: begin } = await underWay();
  await begin(aRun({ runId: "s", arm: "batchNorm", startedAt: Date.now() }));
  server.hub.controlledBy((command) => "run" in command && command.run === "s");
  const { code, stderr } = await watch(server.url, "*", "--stop").ended;
  expect(code).toBe(2);
  expect(stderr).toMatch(/^asked to stop: batchNorm\ngradstream: watch: standard: .*not training that run/);
});
