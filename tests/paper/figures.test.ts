import { expect, it } from "vitest";
import { judgeClaims } from "../../src/paper/judge.ts";
import { readFigure } from "../../src/paper/read-figure.ts";
import { SANTURKAR_2018 } from "../../src/paper/santurkar-2018/paper.ts";
import { fill } from "../../src/store/fill.ts";
import { emptyStore, record } from "../fixtures/paper-runs.ts";

const { figures: FIGURES, claims: CLAIMS, conditions: CONDITIONS } = SANTURKAR_2018;

const CURVES = ["panel", "arm", "source", "line", "x", "y", "low", "high"];
const RIDGES = ["panel", "arm", "step", "lo", "hi", "counts"];

it("covers every figure of the paper, in order, with SQL that an empty store answers", async () => {
  const store = await emptyStore();
  const figures = [..."1a 1b 1c 2 3a 3b 4a 4b 4c 5a 5b 6 7 8a 8b 9".split(" "), ..."10a 10b 10c 11a 11b".split(" ")];
  const ids = FIGURES.map(({ id }) => id.split("-")[0]);
  expect([...new Set(ids)]).toEqual([...figures, ..."12a 12b 12c 12d 13a 13b 13c 13d".split(" ")]);
  expect(new Set(FIGURES.map(({ id }) => id)).size).toBe(FIGURES.length);
  for (const figure of FIGURES) {
    const { columns, rows } = await store.query(figure.sql);
    expect(rows, figure.id).toEqual([]);
    expect(
      columns.map(({ name }) => name),
      figure.id,
    ).toEqual(figure.kind === "ridge" ? RIDGES : CURVES);
    if (figure.rules !== undefined) expect((await store.query(figure.rules)).rows).toEqual([]);
    expect(Object.keys(CONDITIONS)).toContain(figure.experiment);
  }
});

it("has for every claim SQL that an empty store answers, and judges none there", async () => {
  const store = await emptyStore();
  for (const { claimId: id, measures } of CLAIMS)
    for (const { sql } of measures) {
      const { rows, columns } = await store.query(sql);
      expect(rows, id).toEqual([]);
      expect(columns.map(({ name }) => name)).toEqual(["seed", "value", "bound"]);
    }
  const verdicts = (await judgeClaims(store, SANTURKAR_2018)).map(({ claimId: id, verdict }) => [id, verdict]);
  expect(verdicts).toEqual(Array.from({ length: 21 }, (_, i) => [`C${i + 1}`, "not testable"]));
});

it("draws the paper's curves where there are no runs: everything but the pictures and what has no axis", async () => {
  const store = await emptyStore();
  await fill(store, SANTURKAR_2018.curves);
  for (const figure of FIGURES) {
    const { rows, runs } = await readFigure(store, SANTURKAR_2018, figure);
    expect(rows.length > 0, figure.id).toBe(figure.kind !== "ridge" && figure.kind !== "diagram");
    expect(runs).toEqual([]);
  }
  const l2 = await readFigure(
    store,
    SANTURKAR_2018,
    FIGURES.find(({ id }) => id === "3a-l2")!,
  );
  expect([...new Set(l2.rows.map(({ panel }) => panel))]).toEqual(["lr 0.01, layer 5", "lr 0.1, layer 5"]);
  const lines = await store.query("SELECT DISTINCT line FROM figure_11b ORDER BY line::INTEGER LIMIT 3");
  expect(lines.rows).toEqual([["50"], ["200"], ["350"]]);
});

it("reads a figure with its rules, its runs and what they have in common", async () => {
  const store = await emptyStore();
  for (const [seed, beta] of [7, 9, 8].entries())
    await record(
      store,
      { experiment: "landscape", seed, hyper: { learningRate: 0.1, width: 8 }, dataset: "toy", steps: 150 },
      [
        [0, "gradient_steps", "beta", beta],
        [0, "gradient_steps", "beta", 99, { distance: 0.05 }],
        [0, "gradient_steps", "vanishing_gradient_beta", 20],
        [0, "gradient_steps", "edge_of_stability", 40],
      ],
    );
  const { rows, rules, runs, settings } = await readFigure(
    store,
    SANTURKAR_2018,
    FIGURES.find(({ id }) => id === "4c")!,
  );
  expect(rows).toEqual([{ panel: "", arm: "standard", source: "ours", line: "", x: 0, y: 8, low: 7, high: 9 }]);
  expect(rules).toEqual([
    { label: "1 / least η", panel: "", value: 20 },
    { label: "2 / learning rate", panel: "", value: 40 },
  ]);
  expect(runs).toHaveLength(3);
  expect(settings).toBe("learning rate 0.1, width 8, dataset toy");
});
