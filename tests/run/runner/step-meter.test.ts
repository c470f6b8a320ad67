import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { stepMeter } from "../../../src/run/runner/step-meter.ts";
import { aReading } from "../../fixtures/runs.ts";

it("reads about once a second how fast steps are, how many processors are busy and what is in memory", async () => {
  const meter = stepMeter();
  expect(meter([])).toEqual([]);
  expect(meter([aReading(0)])).toEqual([]);
  expect(meter([aReading(3)])).toEqual([]);
  const before = process.cpuUsage();
  // By the time of the processor: beside other programs the clock says little of it.
  while (process.cpuUsage(before).user < 300_000);
  await sleep(600);
  const readings = meter([aReading(4), aReading(10)]);
  expect(readings.map(({ step, probe, stat }) => [step, probe, stat])).toEqual(
    ["steps_per_second", "milliseconds_per_step", "cpu_cores", "memory_bytes"].map((stat) => [10, "timing", stat]),
  );
  const [pace, duration, cores, memory] = readings.map(({ value }) => value) as [number, number, number, number];
  expect(pace * duration).toBeCloseTo(1000, 6);
  // Ten steps in what has passed since the first.
  expect(duration).toBeGreaterThanOrEqual(110);
  expect((cores * duration * 10) / 1000).toBeGreaterThanOrEqual(0.3);
  expect(memory / process.memoryUsage.rss()).toBeGreaterThan(0.5);
  expect(memory / process.memoryUsage.rss()).toBeLessThan(2);
  expect(meter([aReading(11)])).toEqual([]);
});

it("says nothing while no step is made", async () => {
  const meter = stepMeter();
  meter([aReading(5)]);
  await sleep(1050);
  expect(meter([aReading(5)])).toEqual([]);
  expect(meter([aReading(6)])).toHaveLength(4);
});
