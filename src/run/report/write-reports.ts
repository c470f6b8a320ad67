import { join } from "node:path";
import { UserError } from "../../core/errors.ts";
import type { Paper } from "../../paper/paper.ts";
import { supplementsOf, namesOf, type PlannedRuns } from "../../paper/plan.ts";
import type { ReportInput } from "../../report/input.ts";
import type { Store } from "../../store/store.ts";
import { runsWith } from "./chosen-runs.ts";
import { reproduction } from "./reproduction.ts";
import { write } from "./write.ts";
import { reportText, type ReportTextOptions, type WrittenReport } from "./written.ts";

/** What is reported on, and where to. */
interface Reported extends ReportTextOptions {
  readonly paper: Paper;
  /** The part of the paper's plan that was asked for. */
  readonly plan: readonly PlannedRuns[];
  readonly only?: readonly string[];
  readonly scale: string;
  readonly store: string;
  readonly out: string;
  /** The runs that verdicts and figures stand on. */
  readonly runs: readonly string[];
  /** Whether the verdicts are filed in the store. */
  readonly files: boolean;
}

/**
 * Writes the report, and its supplements in folders of their own; returns what the command says of them. A supplement
 * without runs yet is left out. `hints` is what to do next.
 *
 * @throws {UserError} when a folder cannot be written, or nothing that was asked for has runs.
 */
export async function writeReports(
  store: Store,
  reported: Reported,
  hints: (input: ReportInput) => string,
  writeOne = write,
): Promise<string> {
  const { paper, plan, scale, store: path, out, runs, files } = reported;
  const written: WrittenReport[] = [];
  const add = async (folder: string, ofRuns: readonly string[], input: ReportInput): Promise<void> => {
    await writeOne(folder, input);
    written.push({ out: folder, input, runs: ofRuns.length });
  };
  for (const { supplement, figures } of supplementsOf(plan)) {
    const ofSupplement = await runsWith(store, supplement.hyper);
    if (ofSupplement.length === 0) continue;
    const title = `${supplement.title}: ${paper.title}`;
    const asked = { paper, scale, store: path, runs: ofSupplement, only: figures, files: false, title };
    await add(join(out, supplement.name), ofSupplement, await reproduction(store, asked));
  }
  if (plan.some(({ supplement }) => supplement === undefined)) {
    const asked = { paper, scale, store: path, runs, only: namesOf(reported.only), files };
    await add(out, runs, await reproduction(store, asked));
  }
  const main = written.pop();
  if (!main)
    throw new UserError(
      `${path} has no runs of ${supplementsOf(plan)
        .map(({ supplement }) => supplement.name)
        .join(", ")} yet`,
    );
  return reportText(main, reported, hints(main.input), written);
}
