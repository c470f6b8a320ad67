import { describe, expect, it } from "vitest";
import { extensionsOf } from "../../src/paper/extensions.ts";
import { chooseRuns, fileVerdicts, judgeClaims } from "../../src/paper/judge.ts";
import { choosePlan, contentsOf, namesOf } from "../../src/paper/plan.ts";
import { readFigure } from "../../src/paper/read-figure.ts";
import { SANTURKAR_2018 } from "../../src/paper/santurkar-2018/paper.ts";
import { fill } from "../../src/store/fill.ts";
import type { Store } from "../../src/store/store.ts";
import { emptyStore } from "../fixtures/paper-runs.ts";
import { TOY_PAPER } from "../fixtures/toy-paper/paper.ts";
import { recordWidening } from "../fixtures/toy-paper/runs.ts";

const BOTH = extensionsOf([SANTURKAR_2018, TOY_PAPER]);

async function widening(): Promise<Store> {
  const store = await emptyStore(BOTH);
  await recordWidening(store);
  return store;
}

describe("a second paper, in a store with the first", () => {
  it("has its figure, with its curves, its layers and its runs", async () => {
    const store = await widening();
    await fill(store, SANTURKAR_2018.curves);
    await fill(store, TOY_PAPER.curves);
    const { rows, runs, settings } = await readFigure(store, TOY_PAPER, TOY_PAPER.figures[0]!);
    const row = { panel: "layer 2 (the paper's 4)", line: "", x: 0 };
    expect(rows).toEqual([
      { ...row, arm: "plain", source: "ours", y: 2, low: 2, high: 2 },
      { ...row, arm: "plain", source: "paper", y: 3, low: 3, high: 3 },
      { ...row, arm: "plain", source: "paper", x: 1000, y: 1, low: 1, high: 1 },
      { ...row, arm: "wide", source: "ours", y: 5.5, low: 5, high: 6 },
    ]);
    expect(runs).toHaveLength(4);
    expect(settings).toBe("depth 3, learning rate 0.5");
    const counts = await store.query("SELECT (SELECT count(*) FROM paper_curve), (SELECT count(*) FROM toy_curve)");
    expect(counts.rows).toEqual([[28_929, 2]]);
  });

  it("has its claim judged by its own conditions, beside one of the same id", async () => {
    const store = await widening();
    const [claim] = await judgeClaims(store, TOY_PAPER);
    expect(claim).toMatchObject({ claimId: "C1", verdict: "reproduced", detail: "median of seeds 0, 1" });
    expect(claim!.measures).toMatchObject([
      { measured: 2.75, threshold: 1, strict: true, paperValue: 2, passed: true },
    ]);
    await fileVerdicts(store, TOY_PAPER, [claim!], "small");
    await fileVerdicts(store, SANTURKAR_2018, await judgeClaims(store, SANTURKAR_2018, { only: ["C1"] }), "small");
    await fileVerdicts(store, TOY_PAPER, await judgeClaims(store, TOY_PAPER), "small");
    const filed = await store.query("SELECT experiment, claim_id, verdict FROM claim ORDER BY ALL");
    expect(filed.rows).toEqual([
      ["learning-rates", "C1", "not testable"],
      ["widening", "C1", "reproduced"],
    ]);
    await chooseRuns(store, ["nobody"]);
    expect(await judgeClaims(store, TOY_PAPER)).toMatchObject([{ verdict: "not testable" }]);
  });

  it("has its part of a reproduction", () => {
    expect(choosePlan(TOY_PAPER, ["t1"], "smoke")).toEqual([
      { pipeline: "widening", settings: { learningRate: "0.5" }, figures: ["T1"], claims: ["C1"] },
    ]);
    expect(namesOf(["t1a", "4a"])).toEqual(["T1", "4"]);
    expect(contentsOf(TOY_PAPER)).toBe("figures T1 and claims C1");
    expect(() => choosePlan(TOY_PAPER, ["1"], "smoke")).toThrow(
      "--only: no figure or claim 1; there are figures T1 and claims C1",
    );
  });

  it("may not tell the places of layers that the first tells", () => {
    const layers = { landscape: { depth: 16, layers: [3], inPlace: {} } };
    expect(() => extensionsOf([SANTURKAR_2018, { ...TOY_PAPER, layers }])).toThrow(
      "the layers of landscape are told by",
    );
  });
});
