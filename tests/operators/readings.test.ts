import { from, lastValueFrom, toArray } from "rxjs";
import { expect, it } from "vitest";
import { isEvent, isHistogram, isReading, readings, type Recorded } from "gradstream";

const RECORDS: readonly Recorded[] = [
  { kind: "reading", step: 0, probe: "loss", stat: "loss", value: 2 },
  { kind: "histogram", step: 0, layer: 1, site: "norm", lo: 0, hi: 1, counts: [1] },
  { kind: "reading", step: 0, probe: "loss", stat: "penalty", value: 0.5 },
  { kind: "event", step: 1, at: 0, level: "info", name: "note", message: "a line" },
  { kind: "reading", step: 1, probe: "accuracy", stat: "accuracy", value: 0.1 },
];
const valuesOf = (probe?: string, stat?: string) =>
  lastValueFrom(from(RECORDS).pipe(readings(probe, stat), toArray())).then((all) => all.map(({ value }) => value));

it("passes the readings, of one probe and stat where they are named", async () => {
  expect(await valuesOf()).toEqual([2, 0.5, 0.1]);
  expect(await valuesOf("loss")).toEqual([2, 0.5]);
  expect(await valuesOf("loss", "penalty")).toEqual([0.5]);
  expect(await valuesOf("ics")).toEqual([]);
});

it("tells records of one kind from those of the others", () => {
  expect([isReading, isHistogram, isEvent].map((is) => RECORDS.filter(is).length)).toEqual([3, 1, 1]);
});
