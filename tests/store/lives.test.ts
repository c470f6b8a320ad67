import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { filter, lastValueFrom, map, toArray } from "rxjs";
import { expect, it, onTestFinished } from "vitest";
import { connect } from "../../src/feed/client/node.ts";
import { openStore } from "../../src/store/open-store.ts";
import { verifyStore } from "../../src/store/verify-store.ts";
import { EVERY, recordsOf } from "../fixtures/recorded-steps.ts";
import { temporaryFolder } from "../fixtures/runs.ts";
import { type ModelRun, type ModelStore, obeyed } from "../fixtures/store-model.ts";
import type { FromStoreChild, StoreOrder } from "../fixtures/store-orders.ts";

const REGISTER = new URL("../../src/run/register.js", import.meta.url).href;
const CHILD = fileURLToPath(new URL("../fixtures/store-child.ts", import.meta.url));

/** For how long lives are lived; `npm run test:soak` takes hours. */
const SECONDS = Number(process.env["GRADSTREAM_LIVES_SECONDS"] ?? 20);
const SEED = Number(process.env["GRADSTREAM_SEED"] ?? Date.now() % 2 ** 31);

/** What is to be done next, to which of the runs that it can be done to. */
interface Wish {
  readonly type: StoreOrder["type"];
  readonly pick: number;
  readonly count: number;
}

interface Life {
  readonly wishes: readonly Wish[];
  /** Milliseconds after the last order at which the process is killed. */
  readonly killAfter: number;
  /** All orders are given at once, or each when the one before is obeyed. */
  readonly isHasty: boolean;
}

const wish: fc.Arbitrary<Wish> = fc.record({
  type: fc.oneof(
    { weight: 3, arbitrary: fc.constant("start" as const) },
    { weight: 8, arbitrary: fc.constant("append" as const) },
    { weight: 5, arbitrary: fc.constantFrom("flush" as const, "finish" as const, "resume" as const) },
    { weight: 2, arbitrary: fc.constantFrom("prune" as const, "compact" as const, "reopen" as const) },
  ),
  pick: fc.nat(100),
  count: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1000, max: 6000 })),
});

const life: fc.Arbitrary<Life> = fc.record({
  wishes: fc.array(wish, { minLength: 3, maxLength: 14, size: "max" }),
  killAfter: fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 800 })),
  isHasty: fc.boolean(),
});

/** Makes a wish an order, where there is a run for it. */
function orderOf({ type, pick, count }: Wish, store: ModelStore, names: () => string): StoreOrder | undefined {
  const chosen = (can: (run: ModelRun) => boolean): readonly [string, ModelRun] | undefined => {
    const those = [...store].filter(([, run]) => can(run));
    return those[pick % those.length];
  };
  const isRunning = ({ status }: ModelRun): boolean => status === "running";
  if (type === "start") return { type, run: names() };
  if (type === "flush" || type === "compact" || type === "reopen") return { type };
  const [run, known] = chosen(type === "append" || type === "finish" ? isRunning : (one) => !isRunning(one)) ?? [];
  if (run === undefined || known === undefined) return undefined;
  switch (type) {
    case "append":
      return { type, run, from: known.steps, to: known.steps + count };
    case "finish":
      return { type, run, status: known.steps > 0 && pick % 2 === 0 ? "completed" : "interrupted" };
    case "resume":
      return { type, run, step: known.checkpoint, attempt: known.attempt + 1 };
    case "prune":
      return { type, run };
    case "open":
      return undefined;
  }
}

/** A process that is told what to do with a store. */
function startChild() {
  const child = spawn(process.execPath, ["--import", REGISTER, CHILD], { stdio: ["pipe", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  child.stdin.on("error", () => undefined);
  return {
    child,
    complaint: () => complaint,
    heard: createInterface({ input: child.stdout })[Symbol.asyncIterator](),
    tell: (order: StoreOrder): void => void child.stdin.write(`${JSON.stringify(order)}\n`),
  };
}

/**
 * Lives one life of a process with a store, from what the store has to what it may have after the kill: what it would have
 * had when so many of the orders were obeyed.
 */
async function live(path: string, before: ModelStore, { wishes, killAfter, isHasty }: Life, names: () => string) {
  const { child, complaint, heard, tell } = nextChild();
  const states: ModelStore[] = [before];
  const orders: StoreOrder[] = [];
  let obeyedOrders = -1;
  let wake: () => void = () => undefined;
  let url = "";
  const resumed = new Set<string>();
  const take = (message: FromStoreChild): void => {
    if (message.type === "opened") url = message.url;
    else if (message.type === "done") obeyedOrders++;
    else {
      for (const [i, state] of states.entries()) {
        const run = state.get(message.run);
        if (i < obeyedOrders || run?.attempt !== message.attempt || run.steps < message.readings) continue;
        const durable = Math.max(run.durable, message.readings);
        states[i] = new Map(state).set(message.run, { ...run, durable });
      }
    }
    wake();
  };
  const listening = (async (): Promise<void> => {
    for (let line = await heard.next(); line.done !== true; line = await heard.next()) {
      take(JSON.parse(line.value) as FromStoreChild);
    }
  })();
  const closed = once(child, "close").then(() => wake());
  const obeying = async (orders: number): Promise<void> => {
    while (obeyedOrders < orders && child.exitCode === null) await new Promise<void>((resolve) => (wake = resolve));
    expect([child.exitCode, complaint()]).toEqual([null, expect.not.stringContaining("rror")]);
  };
  tell({ type: "open", path });
  await obeying(0);
  const feed = connect(url);
  const received = new Map<string, number[]>();
  feed.readings({ stored: true }).subscribe(({ runId, step }) => {
    if (!received.has(runId)) received.set(runId, []);
    received.get(runId)!.push(step);
  });
  for (const one of wishes) {
    const order = orderOf(one, states.at(-1)!, names);
    if (order === undefined) continue;
    if (order.type === "resume" || order.type === "prune") resumed.add(order.run);
    states.push(obeyed(states.at(-1)!, order));
    orders.push(order);
    tell(order);
    if (!isHasty) await obeying(states.length - 1);
  }
  await sleep(killAfter);
  child.kill("SIGKILL");
  await closed;
  await listening;
  feed.close();
  // Whatever was not said to be done may have been, and the last of it in part.
  return { may: states.slice(Math.max(0, obeyedOrders)), received, resumed, orders, obeyedOrders };
}

/** Starts the next process while one lives: most of its start is reading code. */
let waiting: ReturnType<typeof startChild> | undefined;
function nextChild(): ReturnType<typeof startChild> {
  const next = waiting ?? startChild();
  waiting = startChild();
  return next;
}

/** Opens what a killed process left behind, and returns it as the next one finds it. */
async function found(path: string, may: readonly ModelStore[]): Promise<ModelStore> {
  const store = await openStore(path);
  try {
    const runs = (await store.query<[string, ModelRun["status"], number]>("SELECT run_id, status, attempt FROM run"))
      .rows;
    const after = new Map<string, ModelRun>();
    const seen = new Map<string, { readonly histograms: number; readonly events: number }>();
    for (const [runId, status, attempt] of runs) {
      const read = await lastValueFrom(
        store.readings({ run: runId }).pipe(
          filter((one) => one.runId === runId),
          map(({ step, value }) => [step, value]),
          toArray(),
        ),
      );
      const records = recordsOf(0, read.length);
      // In order, each once, none left out, with the values that they had.
      expect(read).toEqual(records.flatMap((one) => (one.kind === "reading" ? [[one.step, one.value]] : [])));
      const [histograms, events] = await Promise.all(
        [
          "SELECT list(step ORDER BY rowid) FROM histogram WHERE run_id = $1",
          "SELECT list(step ORDER BY rowid) FROM event WHERE name = 'e' AND run_id = $1",
        ].map(async (sql) => ((await store.query(sql, [runId])).rows[0]![0] ?? []) as number[]),
      );
      expect(histograms).toEqual(histograms!.map((_, i) => i * EVERY.histogram));
      expect(events).toEqual(events!.map((_, i) => i * EVERY.event));
      // A kill between two tables leaves readings whose other records are not there.
      const whole = Math.min(read.length, histograms!.length * EVERY.histogram, events!.length * EVERY.event);
      after.set(runId, { status, steps: read.length, durable: whole, checkpoint: 0, attempt });
      seen.set(runId, { histograms: histograms!.length, events: events!.length });
    }
    const count = (steps: number, every: number): number => Math.ceil(steps / every);
    const isOne = (state: ModelStore): boolean =>
      state.size === after.size &&
      [...state].every(([runId, run]) => {
        const [is, has] = [after.get(runId), seen.get(runId)];
        const status = run.status === "running" ? "interrupted" : run.status;
        return (
          is?.status === status &&
          is.attempt === run.attempt &&
          [
            [is.steps, 1],
            [has!.histograms, EVERY.histogram],
            [has!.events, EVERY.event],
          ].every(([n, every]) => n! >= count(run.durable, every!) && n! <= count(run.steps, every!))
        );
      });
    const is = may.find(isOne);
    expect(is, `of ${JSON.stringify(may.map((state) => [...state]))}, is ${JSON.stringify([...after])}`).toBeDefined();
    const wrong = (await verifyStore(store)).filter(({ wrong }) => wrong > 0);
    expect(wrong).toEqual([]);
    // A checkpoint is as old as it was; what is torn in a step after it is recorded anew.
    return new Map([...after].map(([runId, run]) => [runId, { ...run, checkpoint: is!.get(runId)!.checkpoint }]));
  } finally {
    await store.close();
  }
}

it(
  "loses nothing that is on disk and has nothing twice, whatever is done to a store until its process is killed",
  { timeout: (SECONDS + 240) * 1000 },
  async () => {
    const folder = temporaryFolder();
    onTestFinished(() => (waiting = undefined));
    let [stores, lives, names] = [0, 0, 0];
    let history: unknown[] = [];
    process.stderr.write(`lives of stores: GRADSTREAM_SEED=${SEED}\n`);
    const result = await fc.check(
      fc.asyncProperty(fc.array(life, { minLength: 2, maxLength: 4 }), async (all) => {
        const path = join(folder, `${stores++}.duckdb`);
        let store: ModelStore = new Map();
        history = [];
        for (const one of all) {
          const { may, received, resumed, ...told } = await live(path, store, one, () => `run ${names++}`);
          history.push(told);
          store = await found(path, may);
          for (const [runId, steps] of received) {
            // Of a run that went on or was removed meanwhile a client may have had more than there is.
            if (resumed.has(runId)) continue;
            expect(steps).toEqual(steps.map((_, i) => i));
            expect([runId, steps.length <= (store.get(runId)?.steps ?? 0)]).toEqual([runId, true]);
          }
          lives++;
        }
      }),
      { seed: SEED, numRuns: 1_000_000, interruptAfterTimeLimit: SECONDS * 1000, endOnFailure: true },
    );
    process.stderr.write(`${lives} lives of ${stores} stores\n`);
    expect(result.errorInstance ?? null, `GRADSTREAM_SEED=${SEED}: ${JSON.stringify(history)}`).toBeNull();
    expect(lives).toBeGreaterThan(0);
  },
);
