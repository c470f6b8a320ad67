import { join } from "node:path";
import { expect, it } from "vitest";
import type { Declaration } from "../../../src/feed/client/node.ts";
import { WithOrigin } from "../../../src/run/watch/control-runs.ts";
import { pipeline, rowsOf, start, type Started } from "../../fixtures/command-line.ts";
import { follow } from "../../fixtures/followed.ts";
import { rejection, temporaryFolder } from "../../fixtures/runs.ts";
import { waitFor } from "../../fixtures/wait.ts";

const readingsOf = (id: string) => `SELECT step, probe, stat, layer, value FROM reading
    WHERE run_id = '${id}' AND probe <> 'timing' AND NOT starts_with(probe, 'cost/') ORDER BY ALL`;
const movesOf = (id: string) => `SELECT step, data ->> 'control', (data ->> 'value')::DOUBLE FROM event
    WHERE run_id = '${id}' AND name = 'control' ORDER BY rowid`;
const warningsOf = (id: string) => `SELECT message FROM event WHERE run_id = '${id}' AND name = 'not_resumable'`;

/** A client of a run's live page that may move its controls, and the run. */
async function reached(started: Started) {
  await started.seen("live: http");
  const url = await waitFor(() => /live: (http\S+)/.exec(started.shown())![1]!);
  const client = follow(url, { WebSocket: WithOrigin as unknown as typeof WebSocket });
  const running = () => [...client.runs.values()].find(({ status }) => status === "running");
  await waitFor(() => expect(running()?.step).toBeGreaterThan(3));
  const run = running()!.runId;
  const move = (control: string, value: number) => client.feed.control({ action: "move", run, control, value });
  const past = async (steps: number): Promise<void> => {
    const step = client.runs.get(run)!.step + steps;
    await waitFor(() => expect(client.runs.get(run)!.step).toBeGreaterThan(step));
  };
  return { client, run, move, past };
}

it(
  "moves controls of a run through the feed, goes on with them after an interruption, and replays all of it bit for bit",
  { timeout: 180_000 },
  async () => {
    const cwd = temporaryFolder();
    const store = join(cwd, "a.duckdb");
    const into = ["--store", "a.duckdb"];
    const first = start(
      ["run", pipeline("controlled"), "--backend", "cpu", "--data", "shapes10", "--port", "0", ...into],
      { cwd },
    );
    const { client, run, move, past } = await reached(first);
    let declared: readonly Declaration[] = [];
    client.feed.declarations.subscribe((now) => (declared = now));
    await waitFor(() => expect(declared.some(({ controls }) => controls !== undefined)).toBe(true));
    expect(declared.find(({ controls }) => controls)!.controls).toEqual({
      noise: { low: 0, high: 2, initial: 0, step: 0.5 },
      learningRate: { low: 1e-4, high: 1, initial: 0.1, log: true },
      end: { low: 0, high: 1, initial: 0, step: 1 },
    });
    await move("learningRate", 0.02);
    await past(5);
    for (const noise of [0.5, 1.5]) await move("noise", noise);
    for (const [control, value, message] of [
      ["learningRate", 2, "learningRate goes from 0.0001 to 1, not to 2"],
      ["noise", 0.7, "noise goes from 0 in steps of 0.5, not to 0.7"],
      ["noise", NaN, "value: must be a finite number"],
      ["speed", 1, "no control speed; there are noise, learningRate, end"],
    ] as const) {
      expect((await rejection(move(control, value))).message).toBe(`control: ${message}`);
    }
    await past(5);
    first.child.kill("SIGTERM");
    expect((await first.ended).code).toBe(130);

    const second = start(["resume", "--port", "0", ...into], { cwd });
    const again = await reached(second);
    expect(again.run).toBe(run);
    await again.move("learningRate", 0.3);
    await again.past(5);
    await again.move("end", 1);
    const ended = await second.ended;
    expect(ended.stderr).toContain("goes on at step");
    expect(ended.code, ended.stderr).toBe(0);
    expect(await rowsOf(store, warningsOf(run))).toEqual([]);
    const moves = await rowsOf(store, movesOf(run));
    expect(moves.map(([, control, value]) => [control, value])).toEqual([
      ["noise", 0],
      ["learningRate", 0.1],
      ["end", 0],
      ["learningRate", 0.02],
      ["noise", 0.5],
      ["noise", 1.5],
      ["learningRate", 0.3],
      ["end", 1],
    ]);

    const replayed = start(["run", "--replay", run, "--port", "0", ...into], { cwd });
    const third = await reached(replayed);
    expect((await rejection(third.move("noise", 1))).message).toBe(
      "control: a replay has the values that were recorded",
    );
    const done = await replayed.ended;
    expect(done.code, done.stderr).toBe(0);
    const expected = await rowsOf(store, readingsOf(run));
    expect(expected.length).toBeGreaterThan(100);
    expect(await rowsOf(store, readingsOf(third.run))).toEqual(expected);
    expect(await rowsOf(store, movesOf(third.run))).toEqual(moves);
  },
);
