import { expect, it } from "vitest";
import { checkRecord } from "../../src/core/check-record.ts";
import { aReading } from "../fixtures/runs.ts";

it("takes a record that the store can keep", () => {
  expect(() => checkRecord(aReading(0))).not.toThrow();
  expect(() => checkRecord(aReading(3, { layer: 2, unit: 0, distance: 0.5, value: NaN }))).not.toThrow();
});

it.each([
  [aReading(-1), "probe loss gave a reading whose step is number -1, not a whole number from 0 to 2147483647"],
  [aReading(2 ** 31), "whose step is number 2147483648, not a whole number from 0 to 2147483647"],
  [aReading(0.5), "whose step is number 0.5"],
  [{ ...aReading(0), value: "1" }, 'whose value is the text "1", not a number'],
  [{ ...aReading(0), layer: 1.5 }, "whose layer is number 1.5"],
  [{ step: 0 }, "and gave a step; end the pipe with probes(…)"],
  [{ grads: {} }, "run must emit readings, histograms or events, and gave an object"],
])("refuses %o", (record, message) => {
  expect(() => checkRecord(record)).toThrow(message);
});
