import { Command, Option } from "commander";
import { shellQuoted } from "../../core/shell-quoted.ts";
import { SCALES } from "../../experiment/experiment.ts";
import { choosePlan } from "../../paper/plan.ts";
import type { Paper } from "../../paper/paper.ts";
import { PAPERS } from "../../paper/papers.ts";
import { isFolder } from "../../store/make-folder.ts";
import type { Store } from "../../store/store.ts";
import { requireStore } from "../command-line/default-store.ts";
import { openStore, openStores } from "../command-line/open-store.ts";
import { setting } from "../command-line/options.ts";
import { outputOptions, type OutputOptions } from "../command-line/output-options.ts";
import { paperOf, paperOptions, type PaperOptions } from "../command-line/paper-options.ts";
import { storesOf, storesOption } from "../command-line/stores-option.ts";
import { withSources } from "../command-line/with-store.ts";
import { chosenRuns } from "../report/chosen-runs.ts";
import { writeUnlessInterrupted } from "../report/write.ts";

const HELP = `
Judges the paper's claims and draws its figures from what is recorded, without training: of each experiment from the runs of the
most steps and the newest settings. In a store the verdicts of all runs are filed in table claim; an archive, or several stores, are only read.

Examples:
  $ gradstream report --store data/reproduction
  $ gradstream report --only 4,C12 --out results/figure-4
  $ gradstream report --store data/reproduction --hyper width=64 --out results/full-width
  $ gradstream report --store 'results/*.duckdb'`;

interface ReportOptions extends PaperOptions, OutputOptions {
  readonly store: string | readonly string[];
  readonly out: string;
  readonly scale: string;
  readonly hyper: Readonly<Record<string, string>>;
}

/** Makes `gradstream report`, which judges and draws a paper on what is recorded. */
export function reportCommand(papers: readonly Paper[] = PAPERS): Command {
  const command = new Command("report")
    .description("judge the paper's claims and draw its figures from recorded runs")
    .addOption(storesOption("results/paper.duckdb"))
    .option("--out <folder>", "where the report goes", "results/report")
    .addOption(
      new Option("--scale <scale>", "the runs' scale, under which verdicts are filed").choices(SCALES).default("small"),
    )
    .addOption(
      new Option("--hyper <key=value>", "only runs with this hyper-parameter; may be repeated; files no verdicts")
        .argParser(setting)
        .default({}, "all runs"),
    )
    .addHelpText("after", HELP)
    .action(async (options: ReportOptions) => {
      const { store: given, scale, only, hyper } = options;
      const paper = paperOf(papers, options);
      const isOfAll = Object.keys(hyper).length === 0;
      const plan = choosePlan(paper, only, scale);
      const paths = storesOf(given);
      const { writeReports } = await import("../report/write-reports.ts");
      await withReported(paths, papers, async (store) => {
        const asked = {
          ...options,
          store: paths.join(", "),
          paper,
          plan: isOfAll ? plan : plan.filter(({ supplement }) => supplement === undefined),
          runs: await chosenRuns(store, hyper),
          files: isOfAll,
        };
        const [path] = paths;
        const hints = paths.length > 1 ? "" : `Pages of the same: npx gradstream serve --store ${shellQuoted(path!)}\n`;
        process.stdout.write(await writeReports(store, asked, () => hints, writeUnlessInterrupted));
      });
    });
  return outputOptions(paperOptions(command, papers), "errors and the last line alone");
}

/** Gives one store, for verdicts to be filed in, or several as one to `work`. */
async function withReported(
  paths: readonly string[],
  papers: readonly Paper[],
  work: (store: Store) => Promise<void>,
): Promise<void> {
  const [path, ...others] = paths;
  const using = async (store: Store): Promise<void> => {
    try {
      await work(store);
    } finally {
      await store.close();
    }
  };
  if (path === undefined || others.length > 0) {
    return withSources(paths, async (sources) => using(await openStores(sources, papers)));
  }
  requireStore(path);
  return using(await openStore(path, { readOnly: isFolder(path) }, papers));
}
