import { chooseRuns, fileVerdicts, judgeClaims } from "../../paper/judge.ts";
import type { Paper } from "../../paper/paper.ts";
import { figureNumber } from "../../paper/plan.ts";
import { readFigure } from "../../paper/read-figure.ts";
import type { ReportInput } from "../../report/input.ts";
import { fill } from "../../store/fill.ts";
import type { Store } from "../../store/store.ts";
import { counted } from "../../view/numbers.ts";
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
