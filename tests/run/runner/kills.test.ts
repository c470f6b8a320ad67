import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "vitest";
import { fold, rootKey, uniform } from "../../../src/core/random.ts";
import { rowsOf } from "../../fixtures/command-line.ts";
import { live, READINGS } from "../../fixtures/training-life.ts";

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
