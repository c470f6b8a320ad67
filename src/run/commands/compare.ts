import { Command } from "commander";
import { seedOptions, seedsOf, type SeedsAsked } from "../command-line/options.ts";
import { outputOptions, type OutputOptions } from "../command-line/output-options.ts";
import { storesOf, storesOption } from "../command-line/stores-option.ts";
import { withStores } from "../command-line/with-store.ts";
import { jsonText } from "../terminal/json-text.ts";
import { comparison } from "../report/compare.ts";
import { writeUnlessInterrupted } from "../report/write.ts";

const HELP = `
Each <what> is a run id, an arm (standard, or landscape/standard) with all its seeds, or an experiment with all its arms. Of
arms the newest finished run of each seed and setting counts, of all seeds or those asked for. Curves are medians over seeds, with their range.

Examples:
  $ gradstream compare noisy-batchnorm
  $ gradstream compare landscape/standard landscape/batchNorm --store results/paper.duckdb --out results/mine
  $ gradstream compare noisy-batchnorm --seed 7,8
  $ gradstream compare noisy-batchnorm --store results/monday.duckdb --store results/archive`;

interface CompareOptions extends SeedsAsked, OutputOptions {
  readonly store: string | readonly string[];
  readonly out: string;
}

/** Makes `gradstream compare`, which writes a page that sets runs beside each other. */
export function compareCommand(): Command {
  const command = new Command("compare")
    .description("write a page that sets runs or arms beside each other")
    .argument("<what...>", "run ids, arms or experiments")
    .addOption(storesOption())
    .option("--out <folder>", "where the page goes", "results/compare")
    .addHelpText("after", HELP)
    .action(async (wanted: readonly string[], options: CompareOptions) => {
      const { store: asked, out, json, quiet } = options;
      const paths = storesOf(asked);
      const input = await withStores(paths, (store) => comparison(store, paths.join(", "), wanted, seedsOf(options)));
      await writeUnlessInterrupted(out, input);
      const [page, figures, runs] = [`${out}/index.html`, input.figures.length, input.runs.length];
      if (json) process.stdout.write(jsonText({ page, figures, runs }));
      else if (!quiet) process.stdout.write(`${figures} figures of ${runs} runs: ${page}\n`);
    });
  outputOptions(command, "errors alone");
  return seedOptions(command, 10_000, "of arms only seeds 0 to n - 1 (default: all there are)");
}
