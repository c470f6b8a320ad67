import { expect, it } from "vitest";
import { summaryLines } from "../../src/report/summary.ts";
import { paperReport } from "../fixtures/report.ts";

it("says first how many claims hold, on which runs, and by how much others do not", () => {
  const lines = summaryLines(paperReport());
  expect(lines[0]).toBe("1 of 2 claims that could be tested is reproduced by 6 runs of 3 seeds, scale quick.");
  expect(lines[1]).toMatch(/^Not reproduced: C\d+\. .* Here .*: 5\.25, asked ≥ 8\.$/);
  expect(lines.at(-1)).toBe("Not testable: C4.");
});

it("says so where nothing could be tested", () => {
  const { claims } = paperReport();
  const open = claims.filter(({ verdict }) => verdict === "not testable");
  expect(summaryLines({ claims: open, runs: [], scale: "" })).toEqual(["None of 1 claim could be tested.", "Not testable: C4."]); // prettier-ignore
});
