import { setTimeout as sleep } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
// The threads compile with it. It must not be unloaded between them, which the command line's own use of it prevents.
import "@swc/core";
import type { Declaration } from "../../../src/feed/protocol/declaration.ts";
import { Progress } from "../../../src/run/terminal/progress.ts";
import { follow } from "../../fixtures/followed.ts";
import { serve } from "../../fixtures/served-store.ts";
import { tinyRunner, tinyTrial } from "../../fixtures/tiny-runner.ts";
import { waitFor } from "../../fixtures/wait.ts";

const STEPS = 100_000;

it("pauses, continues and stops a run and skips a queued one, as a client asks, and records that as events", async () => {
  const { server, store } = await serve({ token: "open-sesame" });
  const runner = tinyRunner({
    trials: [0, 1, 2].map((seed) => tinyTrial("plain", seed)),
    steps: STEPS,
    store,
    hub: server.hub,
    progress: new Progress(process.stderr, { quiet: true }),
  });
  onTestFinished(() => runner.stop());
  const client = follow(server.url);
  let declared: readonly Declaration[] = [];
  client.feed.declarations.subscribe((now) => (declared = now));
  const ended = runner.run();
  const states = () => [...client.runs.values()];
  await waitFor(() => expect(states()[0]?.step).toBeGreaterThan(5));
  const run = states()[0]!.runId;

  await client.feed.control({ action: "pause", run });
  await client.feed.control({ action: "pause", run });
  await waitFor(() => expect(client.runs.get(run)).toMatchObject({ isPaused: true }));
  // What was under way when it was asked has come by then.
  await sleep(1500);
  const { step } = client.runs.get(run)!;
  await sleep(1000);
  expect(client.runs.get(run)!.step).toBe(step);
  await client.feed.control({ action: "continue", run });
  await waitFor(() => expect(client.runs.get(run)!.step).toBeGreaterThan(step + 5));

  const { id } = declared.find(({ hyper }) => hyper !== null)!;
  await client.feed.control({ action: "skip", declaration: id, arm: "plain", seed: 1 });
  await expect(client.feed.control({ action: "skip", declaration: id, arm: "plain", seed: 0 })).rejects.toThrow(
    "not training that run",
  );
  await client.feed.control({ action: "stop", run });
  await waitFor(() => expect(client.runs.get(run)?.status).toBe("interrupted"));
  await waitFor(() => expect(states().filter(({ status }) => status === "running")).toHaveLength(1));
  const next = states().find(({ status }) => status === "running")!;
  expect(next.seed).toBe(2);
  // One that waits can be stopped too.
  await waitFor(() => expect(client.runs.get(next.runId)!.step).toBeGreaterThan(5));
  await client.feed.control({ action: "pause", run: next.runId });
  await client.feed.control({ action: "stop", run: next.runId });
  const finished = await ended;
  expect(finished.map((one) => [one.run.seed, one.outcome.status])).toEqual([
    [0, "interrupted"],
    [2, "interrupted"],
  ]);
  await store.flush();
  const { rows } = await store.query(
    "SELECT name, message, data::VARCHAR FROM event WHERE run_id = $1 AND ends_with(name, '_asked') ORDER BY rowid",
    [run],
  );
  expect(rows).toEqual([
    ["pause_asked", "asked to pause", null],
    ["continue_asked", "asked to go on", null],
    ["skip_asked", "asked to skip plain seed 1", '{"arm":"plain","seed":1}'],
    ["stop_asked", "asked to stop", null],
  ]);
  await expect(client.feed.control({ action: "stop", run })).rejects.toThrow("not training that run");
});
