import { statSync } from "node:fs";
import { Command, Option } from "commander";
import { shellQuoted } from "../../core/shell-quoted.ts";
import { SCALES } from "../../experiment/experiment.ts";
import { choosePlan, namesOf } from "../../paper/plan.ts";
import { SANTURKAR_2018 as PAPER } from "../../paper/santurkar-2018/paper.ts";
import { requireStore } from "../command-line/default-store.ts";
import { openStore } from "../command-line/open-store.ts";
import { list, setting } from "../command-line/options.ts";
import { chosenRuns } from "../report/chosen-runs.ts";
import { write } from "../report/write.ts";

const HELP = `
Judges the paper's claims and draws its figures from what is recorded, without training: of each experiment from the runs of the
most steps and the newest settings. In a store the verdicts of all runs are filed in table claim; an archive is only read.

Examples:
  $ gradstream report --store data/reproduction
  $ gradstream report --only 4,C12 --out results/figure-4
  $ gradstream report --store data/reproduction --hyper width=64 --out results/full-width`;

interface ReportOptions {
  readonly store: string;
  readonly out: string;
  readonly scale: string;
  readonly only?: readonly string[];
  readonly hyper: Readonly<Record<string, string>>;
}

/** `gradstream report`: the paper's figures and claims on what is recorded. */
export function reportCommand(): Command {
  return new Command("report")
    .description("judge the paper's claims and draw its figures from recorded runs")
    .option("--store <file>", "the store or archive to read", "results/paper.duckdb")
    .option("--out <folder>", "where the report goes", "results/report")
    .addOption(
      new Option("--scale <scale>", "the runs' scale, under which verdicts are filed").choices(SCALES).default("small"),
    )
    .option("--only <a,b>", "only these figures (1 to 13) and claims (C1 to C21)", list)
    .addOption(
      new Option("--hyper <key=value>", "only runs with this hyper-parameter; may be repeated; files no verdicts")
        .argParser(setting)
        .default({}, "all runs"),
    )
    .addHelpText("after", HELP)
    .action(async ({ store: path, out, scale, only, hyper }: ReportOptions) => {
      choosePlan(PAPER, only);
      requireStore(path);
      const { reproduction, verdicts } = await import("../report/reproduction.ts");
      const store = await openStore(path, { readOnly: isFolder(path) });
      try {
        const runs = await chosenRuns(store, hyper);
        const input = await reproduction(store, {
          paper: PAPER,
          scale,
          store: path,
          runs,
          only: namesOf(only),
          files: Object.keys(hyper).length === 0,
        });
        await write(out, input);
        process.stdout.write(
          `${verdicts(input.claims)}\nReport: ${out}/index.html and report.md, ${input.figures.length} figures of ` +
            `${runs.length} runs. Pages of the same: npx gradstream serve --store ${shellQuoted(path)}\n`,
        );
      } finally {
        await store.close();
      }
    });
}

/** An archive, or nothing that can be opened. */
const isFolder = (path: string): boolean => statSync(path).isDirectory();
