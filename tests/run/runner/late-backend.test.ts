import { join } from "node:path";
import { expect, it } from "vitest";
import { probeBackend } from "../../../src/backend/start.ts";
import { rowsOf } from "../../fixtures/command-line.ts";
import { temporaryFolder } from "../../fixtures/runs.ts";
import { live, READINGS } from "../../fixtures/training-life.ts";
import { describeUnless } from "../../fixtures/unless.ts";

const { available, detail } = await probeBackend("webgpu");

// Numbers come after their step there, those of a checkpoint too.
describeUnless(available ? undefined : detail, "webgpu", () => {
  it("reads after a kill and a checkpoint what a run reads that was left alone", async ({ onTestFinished }) => {
    const folder = temporaryFolder();
    let goneOn = 0;
    // Compiling the shaders of costly probes would take a software GPU a minute in each life.
    const life = {
      backend: "webgpu",
      hyper: { steps: 12, pause: 4, lean: true },
      onTestFinished,
      goesOn: () => (goneOn += 1),
    } as const;
    const whole = join(folder, "whole.duckdb");
    expect(await live(whole, "full", life)).toBe(true);
    const expected = await rowsOf(whole, READINGS);
    expect(expected.length).toBeGreaterThan(24);

    const killed = join(folder, "killed.duckdb");
    // 2 is after a checkpoint.
    expect(await live(killed, "full", { ...life, killAfter: 2 })).toBe(false);
    expect(await live(killed, "full", life)).toBe(true);
    expect(goneOn).toBeGreaterThan(0);
    expect(await rowsOf(killed, READINGS)).toEqual(expected);
    expect(await rowsOf(killed, "SELECT status, backend FROM run")).toEqual([["completed", "webgpu"]]);
  });
});
