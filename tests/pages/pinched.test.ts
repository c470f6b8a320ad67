import { expect, it } from "vitest";
import { pinched } from "../../src/pages/parts/pinched.ts";

it("keeps under two fingers what was under them", () => {
  // From 100 and 200 to 50 and 250: twice as large, about the middle.
  expect(pinched([{ start: 100, now: 50 }, { start: 200, now: 250 }], 300)).toEqual([75, 225]); // prettier-ignore
  expect(pinched([{ start: 50, now: 100 }, { start: 250, now: 200 }], 300)).toEqual([-150, 450]); // prettier-ignore
});

it("shows what it showed where the fingers have crossed", () => {
  expect(pinched([{ start: 100, now: 200 }, { start: 200, now: 100 }], 300)).toEqual([0, 300]); // prettier-ignore
});
