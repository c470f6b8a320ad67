import { Command } from "commander";
import { openStore } from "../../store/open-store.ts";
import { DEFAULT_STORE, requireStore } from "../default-store.ts";
import { comparison } from "../report/compare.ts";
import { write } from "../report/write.ts";

const HELP = `
Each <what> is a run id, an arm (standard, or landscape/standard) with all its seeds, or an experiment with all its arms. Of
arms the newest finished run of each seed and setting counts. Curves are medians over seeds, with their range.

Examples:
  $ gradstream compare noisy-batchnorm
  $ gradstream compare landscape/standard landscape/batchNorm --store results/paper.duckdb --out results/mine`;

/** `gradstream compare`: a page that sets runs beside each other. */
export function compareCommand(): Command {
  return new Command("compare")
    .description("write a page that sets runs or arms beside each other")
    .argument("<what...>", "run ids, arms or experiments")
    .option("--store <file>", "the store to read", DEFAULT_STORE)
    .option("--out <folder>", "where the page goes", "results/compare")
    .addHelpText("after", HELP)
    .action(async (wanted: readonly string[], { store: path, out }: { store: string; out: string }) => {
      requireStore(path);
      const store = await openStore(path, { readOnly: true });
      try {
        const input = await comparison(store, path, wanted);
        await write(out, input);
        process.stdout.write(`${input.figures.length} figures of ${input.runs.length} runs: ${out}/index.html\n`);
      } finally {
        await store.close();
      }
    });
}
