import { expect, it } from "vitest";
import { runLine } from "../../../src/run/terminal/run-line.ts";

const STATE = { arm: "standard", seed: 0, steps: 100, step: 9, status: "running", stepsPerSecond: 10 } as const;
const SHOWN = { loss: 1.5, accuracy: 0.25, picture: "▁▂", controls: { noise: 0.5, rate: 1e-4 } };

it("shows the values of controls, unless there is no room for them", () => {
  const pace = "standard  step  10/100  loss 1.5   accuracy 25 %   10.0 steps/s  9 s left";
  const controls = "noise 0.5  rate 10⁻⁴";
  expect(runLine(STATE, SHOWN, 8)).toBe(`${pace.padEnd(pace.length + 14 - "9 s left".length)}  ${controls}  ▁▂`);
  expect(runLine(STATE, SHOWN, 8, pace.length + controls.length + 2)).toBe(`${pace}  ${controls}`);
  expect(runLine(STATE, SHOWN, 8, pace.length + controls.length + 1)).toBe(pace);
  expect(runLine(STATE, { loss: 1.5, accuracy: 0.25 }, 8)).toBe(pace);
});
