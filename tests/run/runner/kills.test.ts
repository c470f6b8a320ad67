import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { it, type TestContext } from "vitest";
import { fold, rootKey, uniform } from "../../../src/core/random.ts";
import { pipeline, rowsOf } from "../../fixtures/command-line.ts";

const REGISTER = new URL("../../../src/run/register.js", import.meta.url).href;
const CHILD = fileURLToPath(new URL("../../fixtures/training-child.ts", import.meta.url));

/** Kills in all, in chains that go side by side; `npm run test:soak` asks for many more. */
const KILLS = Number(process.env["GRADSTREAM_KILLS"] ?? 20);
/** Kills that were done before: these are those after. */
const DONE = Number(process.env["GRADSTREAM_KILLS_FROM"] ?? 0);
const CHAINS = ["full", "plain"];
const EACH = Math.ceil(KILLS / CHAINS.length);
/** A run is finished after so many kills, and another begins. */
const MOST_PER_RUN = 10;
/** Milliseconds of training after which a process is killed at the latest. */
const LONGEST = 300;

const STEPS = 150;

const READINGS = `SELECT step, 'reading' AS kind, probe, stat, layer, unit, distance, value, NULL AS counts FROM reading
    WHERE probe <> 'timing' AND NOT starts_with(probe, 'cost/')
  UNION ALL SELECT step, 'histogram', site, NULL, layer, unit, lo, hi, counts FROM histogram
  UNION ALL SELECT step, 'event', message, NULL, NULL, NULL, NULL, NULL, NULL FROM event
    WHERE name NOT IN ('resumed', 'interrupted')
  ORDER BY ALL`;

interface Life {
  readonly killAfter?: number;
  readonly hyper: Readonly<Record<string, number>>;
  readonly onTestFinished: TestContext["onTestFinished"];
  /** Told of every life that goes on from a checkpoint. */
  readonly goesOn: () => void;
}

const checkpointsOf = (store: string): readonly string[] =>
  existsSync(`${store}.checkpoints`)
    ? readdirSync(`${store}.checkpoints`, { recursive: true, encoding: "utf8" }).filter((name) =>
        name.endsWith(".json"),
      )
    : [];

/** Starts a training process, and kills it some time after its training begins, unless it ends before. */
async function live(store: string, arm: string, { killAfter, hyper, onTestFinished, goesOn }: Life): Promise<boolean> {
  const order = { store, pipeline: pipeline("resumable"), arms: [arm], hyper, every: 2 };
  const child = spawn(process.execPath, ["--import", REGISTER, CHILD, JSON.stringify(order)]);
  onTestFinished(() => void child.kill("SIGKILL"));
  let text = "";
  const before = checkpointsOf(store);
  // Before the first step, in the first steps, or when there is a checkpoint more.
  const moments = [
    () => text.includes("begins"),
    () => text.includes("under way"),
    () => checkpointsOf(store).some((name) => !before.includes(name)),
  ];
  child.stderr.setEncoding("utf8").on("data", (part: string) => (text += part));
  const ended = once(child, "close") as Promise<[number | null]>;
  if (killAfter !== undefined) {
    const hasCome = moments[[0, 1, 2, 2][Math.floor(killAfter) % 4]!]!;
    while (child.exitCode === null && child.signalCode === null && !hasCome()) await setTimeout(5);
    await Promise.race([setTimeout(killAfter), ended]);
    child.kill("SIGKILL");
  }
  const [code] = await ended;
  if (/goes on at step \d/.test(text)) goesOn();
  if (code !== null && code !== 0) throw new Error(text);
  return code === 0;
}

it.concurrent.for(CHAINS)(
  `%s: killed again and again, also while a checkpoint is written, a run reads what one reads that was left alone`,
  { timeout: 60_000 + EACH * 60_000 },
  async (arm, { expect, onTestFinished }) => {
    const folder = mkdtempSync(join(tmpdir(), "gradstream-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    let goneOn = 0;
    const life = { hyper: { steps: STEPS, pause: 4, heavy: 50 }, onTestFinished, goesOn: () => (goneOn += 1) };
    const whole = join(folder, "whole.duckdb");
    expect(await live(whole, arm, life)).toBe(true);
    const expected = await rowsOf(whole, READINGS);
    expect(expected.length).toBeGreaterThan(STEPS * 2);

    const first = Math.ceil(DONE / CHAINS.length);
    const moments = uniform(fold(rootKey(20), arm), first + EACH, 0, LONGEST).subarray(first);
    for (let from = 0; from < EACH; from += MOST_PER_RUN) {
      const store = join(folder, `${from}.duckdb`);
      for (const killAfter of moments.subarray(from, from + MOST_PER_RUN))
        await live(store, arm, { ...life, killAfter });
      expect(await live(store, arm, life)).toBe(true);
      expect(await rowsOf(store, READINGS)).toEqual(expected);
      const runs = await rowsOf(store, "SELECT status, count(*)::INTEGER FROM run GROUP BY ALL");
      expect(runs).toEqual([["completed", 1]]);
      expect(existsSync(`${store}.checkpoints`)).toBe(false);
      const done = Math.min(from + MOST_PER_RUN, EACH);
      process.stderr.write(`${arm}: ${done} of ${EACH} kills, from kill ${first} on; gone on ${goneOn} times\n`);
    }
    expect(goneOn).toBeGreaterThan(0);
  },
);
