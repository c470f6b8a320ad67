import { expect, it } from "vitest";
import { judgeClaims } from "../../src/paper/judge.ts";
import { SANTURKAR_2018 } from "../../src/paper/santurkar-2018/paper.ts";
import { paperAsOurs } from "../fixtures/paper-runs.ts";

const NOT_IN_A_FIGURE = ["C4", "C8", "C16", "C19", "C20", "C21"];

it("finds in the paper's own curves what the paper says", async () => {
  const store = await paperAsOurs();
  const results = await judgeClaims(store, SANTURKAR_2018, { minimumSeeds: 1 });
  let known = 0;
  for (const [i, { claimId: id, measures, verdict }] of results.entries()) {
    expect.soft(verdict, id).toBe(NOT_IN_A_FIGURE.includes(id) ? "not testable" : "reproduced");
    expect.soft(id).toBe(`C${i + 1}`);
    for (const { what, measured, paperValue: paper } of measures) {
      if (paper === null) continue;
      known += 1;
      const error = Math.abs((measured ?? NaN) - paper);
      expect.soft(error, `${id} ${what}: ${measured}, not ${paper}`).toBeLessThanOrEqual(0.02 * Math.abs(paper) + 1e-3);
    }
  }
  expect(known).toBe(
    SANTURKAR_2018.claims.flatMap(({ measures }) => measures.filter(({ paperValue }) => paperValue !== null)).length,
  );
  expect(known).toBeGreaterThan(35);
});

it("finds the step at which smoothed accuracy reaches 90 % where the paper's does", async () => {
  const store = await paperAsOurs();
  const first = await store.query(
    `SELECT arm, learning_rate, min(step) FILTER (smooth >= 0.9) FROM paper_accuracy
     WHERE experiment = 'learning-rates' GROUP BY ALL ORDER BY ALL`,
  );
  expect(first.rows).toEqual([
    ["batchNorm", 0.1, 1800],
    ["batchNorm", 0.5, 3300],
    ["standard", 0.1, 4300],
    ["standard", 0.5, null],
  ]);
});
