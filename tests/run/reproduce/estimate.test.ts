import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { about, lastingOf, secondsByArm, secondsLeft } from "../../../src/run/reproduce/estimate.ts";
import { openStore } from "../../../src/store/open-store.ts";
import { aReading, aRun, temporaryFolder } from "../../fixtures/runs.ts";

const MINUTE = 60_000;

async function store() {
  const opened = await openStore(join(temporaryFolder(), "a.duckdb"));
  onTestFinished(() => opened.close());
  const { startedAt } = aRun();
  const record = async (arm: string, seed: number, minutes: number, trained?: number): Promise<void> => {
    const runId = `${arm}/${seed}`;
    await opened.startRun(aRun({ runId, arm, seed }));
    await opened.append(runId, [aReading(99)]);
    if (trained !== undefined) {
      await opened.append(runId, [
        aReading(99, { probe: "timing", stat: "milliseconds", value: trained * MINUTE }),
        { kind: "event", step: 40, at: 0, level: "info", name: "resumed", message: "m" },
      ]);
    }
    await opened.finishRun(runId, "completed", startedAt + minutes * MINUTE);
  };
  await record("standard", 0, 10);
  await record("standard", 1, 20);
  // It lay for a day.
  await record("batchNorm", 0, 24 * 60, 40);
  return opened;
}

const goesOn = (step: number) => ({ run: aRun(), step, notices: [] });

it("knows how long trials of an arm took, without the time that they lay, and of other arms what is usual", async () => {
  const secondsOf = await secondsByArm(await store(), "noisy-batchnorm", 100);
  expect(["standard", "batchNorm", "other"].map(secondsOf)).toEqual([15 * 60, 40 * 60, (15 * 60 + 40 * 60) / 2]);
  const others = await secondsByArm(await store(), "noisy-batchnorm", 99);
  expect(others("standard")).toBeUndefined();
});

it("counts of a trial that goes on only the steps that are left", async () => {
  const secondsOf = await secondsByArm(await store(), "noisy-batchnorm", 100);
  const left = (arm: string, step?: number) =>
    secondsLeft(lastingOf({ arm, ...(step === undefined ? {} : { goesOn: goesOn(step) }) }, 100, secondsOf));
  expect(left("standard")).toBe(15 * 60);
  expect(left("batchNorm", 75)).toBe(10 * 60);
  expect(left("standard", 0)).toBe(15 * 60);
  expect(secondsLeft(lastingOf({ arm: "a", goesOn: goesOn(50) }, 100, () => undefined))).toBe(0);
});

it("says how long trials take in all, side by side, those of unknown length as long as the others", () => {
  const whole = (minutes: number | undefined, share = 1) => ({
    whole: minutes === undefined ? undefined : minutes * 60,
    share,
  });
  expect(about([], 2)).toBe("");
  expect(about([whole(undefined)], 2)).toBe("");
  expect(about([whole(60), whole(70)], 1)).toBe(", about 2 h 10 min");
  expect(about([whole(60), whole(70)], 2)).toBe(", about 1 h 5 min");
  // One that has a quarter to go, and one that is a whole of the mean of 60 and 80.
  expect(about([whole(60), whole(80, 0.25), whole(undefined)], 1)).toBe(", about 2 h 30 min");
});
