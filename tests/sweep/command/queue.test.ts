import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { rowsOf } from "../../fixtures/command-line.ts";
import { freePort } from "../../fixtures/free-port.ts";
import { NO_POSTGRES, NO_REDIS, startPostgres, startRedis, type QueueServer } from "../../fixtures/queue-servers.ts";
import { temporaryFolder } from "../../fixtures/runs.ts";
import { checkpointed, filesOf, resumedSweep, slowSweep, workerOf } from "../../fixtures/sweep-command.ts";
import { itUnless } from "../../fixtures/unless.ts";

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
async function kept(made: Promise<QueueServer>): Promise<QueueServer> {
  const one = await made;
  ends.push(() => one.close());
  return one;
}
const TRIALS = "SELECT state, count(*)::INTEGER FROM trial GROUP BY ALL ORDER BY ALL";
const RUNS = "SELECT status, count(*)::INTEGER FROM run GROUP BY ALL ORDER BY ALL";

for (const [name, missing, startServer] of [
  ["Redis", NO_REDIS, startRedis],
  ["PostgreSQL", NO_POSTGRES, startPostgres],
] as const) {
  itUnless(missing, `trains a sweep through ${name} in two worker processes, each trial once`, async () => {
    const [cwd, server] = [temporaryFolder(), await kept(startServer())];
    const one = slowSweep("6,8,10,12", ["--queue", server.url, "--receive", "0", "--quiet"], { cwd });
    const workers = await Promise.all([workerOf(one, { cwd }), workerOf(one, { cwd })]);
    const { code, stderr } = await one.ended;
    expect(code, stderr).toBe(0);
    for (const worker of workers) {
      const ended = await worker.ended;
      expect(ended.code, ended.stderr).toBe(0);
    }
    const store = join(cwd, "s.duckdb");
    expect(await rowsOf(store, TRIALS)).toEqual([["completed", 4]]);
    expect(await rowsOf(store, RUNS)).toEqual([["completed", 4]]);
    expect(await rowsOf(store, "SELECT state, count(*)::INTEGER FROM attempt GROUP BY ALL")).toEqual([
      ["committed", 4],
    ]);
    // Machine, process and lane: both processes have trained.
    const pids = workers.map(({ child }) => String(child.pid)).sort();
    const trained = "SELECT DISTINCT regexp_extract(worker, ' (\\d+)/', 1) FROM attempt ORDER BY ALL";
    expect((await rowsOf(store, trained)).flat().sort()).toEqual(pids);
    expect(await rowsOf(store, "SELECT engine, state FROM sweep")).toEqual([
      [name === "Redis" ? "redis" : "postgres", "completed"],
    ]);
  });
}

itUnless(NO_REDIS, "stops a trial early that a worker elsewhere trains", async () => {
  const [cwd, server] = [temporaryFolder(), await kept(startRedis())];
  // A probe of it counts how often it was asked: that diverges.
  const rules = ["--early-stop", "divergence:times", "--grace", "10", "--set", "steps=200"];
  const one = slowSweep("6,8", ["--queue", server.url, ...rules], { cwd });
  const worker = await workerOf(one, { cwd });
  const { code, stderr } = await one.ended;
  expect(code, stderr).toBe(0);
  expect((await worker.ended).code).toBe(0);
  const store = join(cwd, "s.duckdb");
  expect(await rowsOf(store, TRIALS)).toEqual([["stopped", 2]]);
  expect(await rowsOf(store, RUNS)).toEqual([["interrupted", 2]]);
  expect(await rowsOf(store, "SELECT count(*)::INTEGER FROM event WHERE name = 'stopped_early'")).toEqual([[2]]);
});

it.skipIf(NO_REDIS !== undefined || process.platform === "win32").each(["SIGTERM", "SIGUSR2"] as const)(
  "gives back what a worker trains that gets %s, for another to go on with",
  async (signal) => {
    const [cwd, server] = [temporaryFolder(), await kept(startRedis())];
    const one = slowSweep("8,10", ["--queue", server.url], { cwd });
    const first = await workerOf(one, { cwd });
    await checkpointed(cwd, 1);
    first.child.kill(signal);
    const ended = await first.ended;
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toContain("stopping after the current steps …");
    expect(filesOf(cwd).filter((file) => file.endsWith("failed.json"))).toEqual([]);
    const second = await workerOf(one, { cwd });
    const { code, stderr } = await one.ended;
    expect(code, stderr).toBe(0);
    expect((await second.ended).code).toBe(0);
    const store = join(cwd, "s.duckdb");
    expect(await rowsOf(store, RUNS)).toEqual([["completed", 2]]);
    expect(
      await rowsOf(store, "SELECT attempt, from_step > 0 FROM attempt WHERE state = 'committed' ORDER BY ALL"),
    ).toEqual([
      [1, null],
      [2, true],
    ]);
  },
);

it("ends with code 3 where a queue is never in reach, with no sweep, and refuses a patience that is none", async () => {
  const cwd = temporaryFolder();
  const env = { GRADSTREAM_QUEUE_PATIENCE: "2" };
  const never = await slowSweep("8", ["--queue", `redis://127.0.0.1:${await freePort()}/0`], { cwd, env }).ended;
  expect(never.stderr).toMatch(/gradstream: queue: redis:\S+ has been out of reach for 2 s \(.*\); when it is back/);
  expect(never.code).toBe(3);
  expect(await rowsOf(join(cwd, "s.duckdb"), "FROM sweep")).toEqual([]);
  const wrong = await slowSweep("8", ["--queue", "redis://x"], { cwd, env: { GRADSTREAM_QUEUE_PATIENCE: "soon" } })
    .ended;
  expect(wrong.stderr).toContain("GRADSTREAM_QUEUE_PATIENCE: it must be seconds");
  expect(wrong.code).toBe(2);
});

itUnless(NO_REDIS, "loses patience with a queue that went away, sweep and worker, and loses nothing", async () => {
  const [cwd, server] = [temporaryFolder(), await kept(startRedis())];
  const env = { GRADSTREAM_QUEUE_PATIENCE: "6" };
  const one = slowSweep("8,10", ["--queue", server.url], { cwd, env });
  const worker = await workerOf(one, { cwd, env });
  await checkpointed(cwd, 1);
  await server.kill();
  for (const { ended } of [one, worker]) {
    const { code, stderr } = await ended;
    expect(stderr).toMatch(/gradstream: queue: redis:\S+ has been out of reach for 6 s/);
    expect(code, stderr).toBe(3);
  }
  const without = await resumedSweep([], { cwd }).ended;
  expect(without.stderr).toMatch(/sweep: \S+ hands its trials out through a queue; give --queue redis:\/\/… too/);
  await server.restart();
  const again = resumedSweep(["--queue", server.url], { cwd });
  const next = await workerOf(again, { cwd });
  const { code, stderr } = await again.ended;
  expect(code, stderr).toBe(0);
  expect((await next.ended).code).toBe(0);
  const store = join(cwd, "s.duckdb");
  expect(await rowsOf(store, TRIALS)).toEqual([["completed", 2]]);
  expect(await rowsOf(store, RUNS)).toEqual([["completed", 2]]);
});
