import type { ClaimResult } from "../../paper/figure.ts";
import { chooseRuns, fileVerdicts, judgeClaims } from "../../paper/judge.ts";
import type { Paper } from "../../paper/paper.ts";
import { figureNumber } from "../../paper/plan.ts";
import { readFigure } from "../../paper/read-figure.ts";
import type { ReportInput } from "../../report/input.ts";
import { fill } from "../../store/fill.ts";
import type { Store } from "../../store/store.ts";
import { criterionOf } from "../../view/criterion.ts";
import { counted, formatNumber } from "../../view/numbers.ts";
import { coloured } from "../terminal/colour.ts";
import { describeRuns } from "./describe-runs.ts";
import { readSweeps } from "./read-sweeps.ts";

/** Options of `reproduction`. */
interface ReproductionOptions {
  readonly paper: Paper;
  readonly scale: string;
  readonly store: string;
  /** The runs to judge. */
  readonly runs: readonly string[];
  /** Whether the verdicts are filed in the store. */
  readonly files: boolean;
  /** Numbers or ids of figures and ids of claims, all of them where undefined. */
  readonly only: readonly string[] | undefined;
  /** Default: the paper's, and how many of its claims are reproduced. */
  readonly title?: string;
}

/** Judges a paper's claims on these runs and reads its figures. */
export async function reproduction(store: Store, options: ReproductionOptions): Promise<ReportInput> {
  const { paper, scale, store: path, runs, only } = options;
  await fill(store, paper.curves);
  await chooseRuns(store, runs);
  try {
    const wanted = (id: string) => only === undefined || only.includes(figureNumber(id)) || only.includes(id);
    const claims = await judgeClaims(store, paper, { only });
    if (options.files) await fileVerdicts(store, paper, claims, scale);
    const figures = [];
    for (const figure of paper.figures) {
      if (wanted(figure.id)) figures.push(await readFigure(store, paper, figure));
    }
    const surroundings = await describeRuns(store, runs);
    const { title = titleOf(paper.title, claims) } = options;
    const sweeps = await readSweeps(store);
    return { ...surroundings, title, scale, store: path, claims, figures, sweeps };
  } finally {
    await chooseRuns(store, undefined);
  }
}

/** Writes the paper's title and what came of it: that it is reproduced only where every claim is. */
function titleOf(title: string, claims: ReportInput["claims"]): string {
  const held = claims.filter(({ verdict }) => verdict === "reproduced").length;
  if (claims.length > 0 && held === claims.length) return `${title} Reproduced`;
  return claims.length > 0 ? `${title} ${held} of ${counted(claims.length, "claim")} reproduced` : `${title} Figures`;
}

const MARKS = {
  reproduced: () => coloured("good", "✔"),
  "not reproduced": () => coloured("bad", "✘"),
  "not testable": () => coloured("aside", "·"),
};

/** Writes the verdicts as a list for the terminal, a line each, with what decided. */
export function verdicts(claims: readonly ClaimResult[]): string {
  if (claims.length === 0) return "";
  const lines = claims.map(({ claimId: id, verdict, statement, measures, detail }) => {
    const measured = measures
      .filter((measure) => measure.measured !== null)
      .map((measure) => {
        const asked = measure.passed === null ? "not judged" : criterionOf(measure);
        return `    ${measure.what}: ${formatNumber(measure.measured, 3)}, ${asked}`;
      });
    const head = `${MARKS[verdict]()} ${id.padEnd(4)} ${verdict.padEnd(15)} ${statement}`;
    return [head, ...measured, ...(verdict === "reproduced" ? [] : [`    ${detail}`])].join("\n");
  });
  const count = (verdict: string) => claims.filter((claim) => claim.verdict === verdict).length;
  const total = (["reproduced", "not reproduced", "not testable"] as const).map(
    (verdict) => `${count(verdict)} ${verdict}`,
  );
  return `\n${[...lines, "", total.join(", ")].join("\n")}\n`;
}
