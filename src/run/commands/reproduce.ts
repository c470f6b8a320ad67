import { availableParallelism } from "node:os";
import { Command, Option } from "commander";
import type { BackendName } from "../../backend/start.ts";
import { shareCores } from "../../backend/tensorflow/start.ts";
import { shellQuoted } from "../../core/shell-quoted.ts";
import type { DataSetName } from "../../data/index.ts";
import { DEFAULT_STORE } from "../command-line/default-store.ts";
import { attend } from "../runner/attend.ts";
import { exitCode, EXIT_CODES } from "../command-line/exit-code.ts";
import {
  backendOption,
  dataOption,
  countUpTo,
  list,
  ready,
  seedOptions,
  seedsOf,
  type SeedsAsked,
} from "../command-line/options.ts";
import { write } from "../report/write.ts";
import { choosePlan, namesOf } from "../reproduce/plan.ts";
import { say } from "../terminal/say.ts";
import { PlanRunner } from "../reproduce/run-plan.ts";
import { liveLine, servingOptions, type ServingOptions } from "../serving/serving.ts";
import { loadPaperCurves } from "../../store/paper-curves.ts";
import { shared } from "../runner/shared-data.ts";

const HELP = `
Trains what the store lacks of the paper's experiments, judges its claims by SQL over the store, and writes a report with
every figure, ours beside the paper's. Interrupted, it goes on where it stopped when called again.

Scales: smoke (a minute: whether everything runs), small (a quarter of the width, a fifth of the images and steps: six hours on two cores), paper (the paper's own).

Examples:
  $ gradstream reproduce --scale small
  $ gradstream reproduce --scale paper --seeds 1 --only 3,10,C18
${EXIT_CODES}
A claim that is not reproduced changes no exit code; nor does a run that diverged keep the report from being written.`;

interface ReproduceOptions extends ServingOptions, SeedsAsked {
  readonly scale: "smoke" | "small" | "paper";
  readonly only?: readonly string[];
  readonly store: string;
  readonly out: string;
  readonly backend: BackendName | "auto";
  readonly data: DataSetName;
  readonly serve: boolean;
  readonly jobs?: number;
}

/** Makes `gradstream reproduce`, which trains, judges and draws the whole paper. */
export function reproduceCommand(): Command {
  const command = new Command("reproduce")
    .description("train the paper's experiments, judge its claims, write the report")
    .addOption(
      new Option("--scale <scale>", "size of networks and runs").choices(["smoke", "small", "paper"]).default("small"),
    )
    .option("--only <a,b>", "only these figures (1 to 13) and claims (C1 to C21)", list)
    .option("--store <file>", "the DuckDB file that records the runs", "results/paper.duckdb")
    .option("--out <folder>", "where the report goes", "results/report")
    .addOption(backendOption())
    .addOption(dataOption())
    .option("--serve", "serve the live page while training (default)", true)
    .option("--no-serve", "no live page")
    .option("--jobs <n>", "trials that train at the same time (default: one a core)", countUpTo(1000))
    .addHelpText("after", HELP)
    .action(run);
  return servingOptions(seedOptions(command, 100, `seeds 0 to n - 1 of every arm (default: ${SEEDS})`));
}

const SEEDS = 3;

async function run(options: ReproduceOptions): Promise<void> {
  const plan = choosePlan(options.only);
  const jobs = options.jobs ?? availableParallelism();
  shareCores(availableParallelism(), jobs);
  const { backend, why, data, notes } = await ready(options);
  const seeds = seedsOf(options) ?? seedsOf({ seeds: SEEDS })!;

  await attend(
    { ...options, prepare: loadPaperCurves },
    ({ store, server, progress }) => {
      const { scale } = options;
      const runner = new PlanRunner({
        plan,
        scale,
        seeds,
        jobs,
        backend,
        store,
        progress,
        data: shared(data),
        hub: server?.hub,
        say: (line) => progress.note(line),
      });
      [...notes, ...store.notices].forEach(say);
      const count = `${seeds.length} ${seeds.length === 1 ? "seed" : "seeds"}`;
      say(`the paper at scale ${scale}, ${count}, on ${data.name}, into ${options.store}`);
      say(`backend ${backend} (${why})`);
      if (server) say(liveLine(server));
      return { stop: () => runner.stop(), run: () => runner.run() };
    },
    async ({ runs, finished }, store) => {
      process.exitCode = exitCode(finished.map(({ outcome }) => outcome));
      if (process.exitCode === 130) {
        say("stopped; call it again to go on");
        return;
      }
      const { scale, store: path, out } = options;
      const { reproduction, verdicts } = await import("../report/reproduction.ts");
      const input = await reproduction(store, { scale, store: path, runs, only: namesOf(options.only) });
      await write(out, input);
      const option = path === DEFAULT_STORE ? "" : ` --store ${shellQuoted(path)}`;
      process.stdout.write(
        `${verdicts(input.claims)}\nReport: ${out}/index.html and report.md, ${input.figures.length} figures of ` +
          `${runs.length} runs. Try:\n  npx gradstream sql "FROM claim"${option}\n` +
          `  npx gradstream sql "FROM figure_4c WHERE source = 'ours'"${option}\n`,
      );
    },
  );
}
