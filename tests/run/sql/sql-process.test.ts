import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { SQL_LIMITS } from "../../../src/run/sql/sql-pool.ts";
import { SqlProcess } from "../../../src/run/sql/sql-process.ts";
import { openStore } from "../../../src/store/open-store.ts";
import type { Store } from "../../../src/store/store.ts";
import { aReading, aRun, rejection, temporaryFolder } from "../../fixtures/runs.ts";

/** Whether a promise is settled once all that waits for no clock has been done. */
const isSettled = (promise: Promise<unknown>): Promise<boolean> =>
  Promise.race([promise.then(() => true), new Promise<boolean>((resolve) => setImmediate(() => resolve(false)))]);

/** A store that is written to, a process that is to copy it, and what happens around the task with which the copy begins. */
async function asked(around: (task: () => Promise<unknown>, process: SqlProcess) => Promise<void>) {
  const folder = temporaryFolder();
  const store: Store = await openStore(join(folder, "a.duckdb"));
  const holding: Pick<Store, "hold" | "changes" | "runChanges"> = {
    changes: 1,
    runChanges: 1,
    hold: (task) => {
      let result: ReturnType<typeof task>;
      return store.hold(() => around(() => (result = task()), process).then(() => result));
    },
  };
  const order = { path: store.path, isWritten: true, folder: join(folder, "copy"), limits: SQL_LIMITS };
  const process = new SqlProcess(order, holding);
  onTestFinished(async () => {
    process.kill("the test is over");
    await process.ended;
    await store.close();
  });
  await store.startRun(aRun());
  const answer = process.ask("SELECT count(*) FROM run", new AbortController().signal);
  return { store, process, answer };
}

it("keeps no store as it is for a process that ended before its turn came", async () => {
  let isOver: boolean | undefined;
  const { store, process, answer } = await asked(async (task, process) => {
    process.kill("killed while it waited");
    await process.ended;
    isOver = await isSettled(task());
  });
  expect((await rejection(answer)).message).toBe("killed while it waited");
  expect(process.isAlive).toBe(false);
  await store.append("run-1", [aReading(0)]);
  await store.flush();
  expect(isOver).toBe(true);
  expect((await store.query("SELECT count(*) FROM reading")).rows).toEqual([[1]]);
});

it("goes on writing as soon as the process ends that copies the store", async () => {
  const states: boolean[] = [];
  const { store, answer } = await asked(async (task, process) => {
    const copying = task();
    states.push(await isSettled(copying));
    process.kill("killed while it copied");
    await process.ended;
    states.push(await isSettled(copying));
  });
  expect((await rejection(answer)).message).toBe("killed while it copied");
  await store.append("run-1", [aReading(0)]);
  await store.flush();
  expect(states).toEqual([false, true]);
  expect((await store.query("SELECT count(*) FROM reading")).rows).toEqual([[1]]);
});
