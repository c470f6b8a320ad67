import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { SqlPool } from "../../../src/run/sql/sql-pool.ts";
import { openStore } from "../../../src/store/open-store.ts";
import { aRun, rejection, temporaryFolder } from "../../fixtures/runs.ts";

const HEAVY = "SELECT sum(sqrt(a.range * b.range)) FROM range(10000000) a, range(10000000) b";
const SCHED_IDLE = 5;

/** Processes that this one has started. */
const children = (): readonly number[] =>
  readdirSync("/proc/self/task").flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  );

/** The priority and the scheduling policy of each thread of a process, each once. */
function schedulingOf(pid: number) {
  const stats = readdirSync(`/proc/${pid}/task`).map((thread) =>
    // After the name, which may hold spaces, comes field 3.
    readFileSync(`/proc/${pid}/task/${thread}/stat`, "utf8").split(") ")[1]!.split(" ").map(Number),
  );
  const field = (number: number): number[] => [...new Set(stats.map((fields) => fields[number - 3]!))];
  return { priorities: field(19), policies: field(41) };
}

it.skipIf(process.platform !== "linux")(
  "answers below others with all its threads, and leaves them the processors where a query is heavy",
  async () => {
    const store = await openStore(join(temporaryFolder(), "a.duckdb"));
    const pool = new SqlPool(store);
    onTestFinished(async () => {
      await pool.close();
      await store.close();
    });
    await store.startRun(aRun());
    const before = children();
    const answering = (): number[] => children().filter((pid) => !before.includes(pid));
    await pool.ask("SELECT 1");
    const [first] = answering();
    expect(schedulingOf(first!)).toEqual({ priorities: [constants.priority.PRIORITY_BELOW_NORMAL], policies: [0] });

    const leaving = new AbortController();
    const heavy = rejection(pool.ask(HEAVY, leaving.signal));
    const isIdle = spawnSync("chrt", ["--version"]).status === 0;
    const aside = { priorities: [constants.priority.PRIORITY_LOW], policies: [isIdle ? SCHED_IDLE : 0] };
    await expect.poll(() => schedulingOf(first!), { timeout: 20_000 }).toEqual(aside);
    leaving.abort();
    expect((await heavy).message).toContain("given up");

    // What has stepped aside cannot come back, and answers nobody else.
    expect((await pool.ask("SELECT 2")).json).toEqual(["[2]"]);
    const [second, ...more] = answering();
    expect(more).toEqual([]);
    expect(second).not.toBe(first);
    expect(schedulingOf(second!).policies).toEqual([0]);
  },
);
