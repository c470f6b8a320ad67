import { availableParallelism } from "node:os";
import { Command, Option } from "commander";
import { UserError } from "../../core/errors.ts";
import type { BackendName } from "../../backend/start.ts";
import { shareCores } from "../../backend/tensorflow/start.ts";
import type { DataSetName } from "../../data/index.ts";
import type { FigureData } from "../../paper/figure.ts";
import { judgeClaims } from "../../paper/judge.ts";
import { seedRange } from "../../paper/lacking.ts";
import { choosePlan, namesOf, type PlannedRuns } from "../../paper/plan.ts";
import type { Paper } from "../../paper/paper.ts";
import { PAPERS } from "../../paper/papers.ts";
import { fill } from "../../store/fill.ts";
import { openStore } from "../command-line/open-store.ts";
import { requireStore, storeOption } from "../command-line/default-store.ts";
import { attend } from "../runner/attend.ts";
import { exitCode, EXIT_CODES, MORE_TO_TRAIN } from "../command-line/exit-code.ts";
import {
  backendOption,
  dataOption,
  type CheckpointEvery,
  checkpointOption,
  countUpTo,
  ready,
  seedOptions,
  seedsOf,
  type SeedsAsked,
  timeSpan,
} from "../command-line/options.ts";
import { outputOptions, type OutputOptions } from "../command-line/output-options.ts";
import { paperOf, paperOptions, type PaperOptions } from "../command-line/paper-options.ts";
import { jsonText } from "../terminal/json-text.ts";
import { say } from "../terminal/say.ts";
import { PlanRunner } from "../reproduce/run-plan.ts";
import { liveLine, trainingServingOptions, type TrainingServingOptions } from "../serving/serving.ts";
import { shared } from "../runner/shared-data.ts";

const HELP = `
Trains what the store lacks of the paper's experiments, judges its claims by SQL over the store, and writes a report with
every figure, ours beside the paper's. Interrupted, it goes on where it stopped when called again, in the middle of a run too.

Scales: smoke (a minute: whether everything runs), small (a quarter of the width, a fifth of the images and steps: 18 hours on two cores), paper (the paper's own).

Examples:
  $ gradstream reproduce --scale small
  $ gradstream reproduce --scale small --for 50m
  $ gradstream reproduce --scale small --check --store data/reproduction
  $ gradstream reproduce --scale paper --seeds 1 --only 3,10,C18
${EXIT_CODES}
With --check, exit code 1 says that a verdict is not as filed. A claim that is not reproduced changes no exit code; nor does a run that diverged keep the report from being written.`;

interface ReproduceOptions extends TrainingServingOptions, SeedsAsked, PaperOptions, OutputOptions {
  readonly scale: "smoke" | "small" | "paper";
  readonly store: string;
  readonly out: string;
  readonly backend: BackendName | "auto";
  readonly data: DataSetName;
  readonly jobs?: number;
  readonly for?: number;
  readonly check?: boolean;
  readonly checkpointEvery: CheckpointEvery;
}

/** Makes `gradstream reproduce`, which trains, judges and draws the whole paper. */
export function reproduceCommand(papers: readonly Paper[] = PAPERS): Command {
  const command = new Command("reproduce")
    .description("train the paper's experiments, judge its claims, write the report")
    .addOption(
      new Option("--scale <scale>", "size of networks and runs").choices(["smoke", "small", "paper"]).default("small"),
    )
    .option("--store <file>", "the DuckDB file that records the runs", "results/paper.duckdb")
    .option("--out <folder>", "where the report goes", "results/report")
    .addOption(backendOption())
    .addOption(dataOption())
    .option("--for <time>", "start no trial after this, 50m or 2h; called again, it goes on", timeSpan)
    .addOption(
      new Option(
        "--check",
        "train nothing: judge what --store has anew and compare with the verdicts filed there",
      ).conflicts(["for", "seeds", "seed", "jobs", "backend", "data"]),
    )
    .option("--jobs <n>", "trials that train at the same time (default: one a core)", countUpTo(1000))
    .addOption(checkpointOption())
    .addHelpText("after", HELP)
    .action((options: ReproduceOptions) => run(options, papers));
  outputOptions(command, "no progress: errors and the last line alone; with --check, the claims not as filed");
  return trainingServingOptions(
    seedOptions(paperOptions(command, papers), 100, `seeds 0 to n - 1 of every arm (default: ${SEEDS})`),
  );
}

const SEEDS = 3;

async function run(options: ReproduceOptions, papers: readonly Paper[]): Promise<void> {
  const paper = paperOf(papers, options);
  const plan = choosePlan(paper, options.only, options.scale);
  if (options.check) return check(options, paper, papers);
  const jobs = options.jobs ?? availableParallelism();
  shareCores(availableParallelism(), jobs);
  const { backend, why, data, notes } = await ready(options);
  const tell = options.quiet ? () => undefined : say;
  const asked = seedsOf(options);
  const seedsFor = ({ seeds }: Pick<PlannedRuns, "seeds">) =>
    asked ?? seedsOf({ seeds: seeds?.[options.scale] ?? SEEDS })!;

  await attend(
    { ...options, papers, prepare: (store) => fill(store, paper.curves) },
    ({ store, server, progress }) => {
      const { scale } = options;
      const runner = new PlanRunner({
        plan,
        scale,
        seedsOf: seedsFor,
        jobs,
        backend,
        data: shared(data),
        store,
        hub: server?.hub,
        progress,
        say: (line) => progress.note(line),
        seconds: options.for,
        checkpointEvery: options.checkpointEvery,
      });
      [...notes, ...store.notices].forEach(tell);
      tell(
        `the paper at scale ${scale}, ${seedRange(plan.map((runs) => seedsFor(runs).length))}, on ${data.name}, into ${options.store}`,
      );
      tell(`backend ${backend} (${why})`);
      if (server) tell(liveLine(server));
      return { stop: () => runner.stop(), run: () => runner.run() };
    },
    async ({ runs, finished, left, isTimeUp }, store, recordedIn) => {
      process.exitCode = exitCode(finished.map(({ outcome }) => outcome));
      const again = `call it again${recordedIn === options.store ? "" : ` with${storeOption(recordedIn)}`} to go on`;
      if (process.exitCode === 130) {
        say(`stopped; ${again}`);
        return;
      }
      if (left > 0) {
        process.exitCode = MORE_TO_TRAIN;
        const [trials, are] = left === 1 ? ["1 trial", "is"] : [`${left} trials`, "are"];
        const why = isTimeUp ? `time is up, ${trials} ${are} left` : `${trials} ${are} left that somebody skipped`;
        say(`${why}; ${again}`);
        return;
      }
      const { writeReports } = await import("../report/write-reports.ts");
      const option = storeOption(recordedIn);
      const text = await writeReports(
        store,
        { ...options, store: recordedIn, paper, plan, runs, files: true },
        ({ figures }) => `Try:\n  npx gradstream sql "FROM claim"${option}\n${tryFigure(figures, option)}`,
      );
      process.stdout.write(text);
    },
  );
}

/** Writes a command that reads a figure's view; nothing where no figure drawn has one. */
function tryFigure(figures: readonly FigureData[], option: string): string {
  const view = figures.find(({ figure }) => figure.kind !== "ridge" && figure.view !== undefined)?.figure.view;
  return view === undefined ? "" : `  npx gradstream sql "FROM ${view} WHERE source = 'ours'"${option}\n`;
}

/** Judges what a store or an archive has and compares with the verdicts that it brings. */
async function check(
  { store: path, scale, only, json, quiet }: ReproduceOptions,
  paper: Paper,
  papers: readonly Paper[],
): Promise<void> {
  requireStore(path);
  const { checkVerdicts, checkTable } = await import("../reproduce/check-verdicts.ts");
  const store = await openStore(path, { readOnly: true }, papers);
  try {
    const results = await judgeClaims(store, paper, { only: namesOf(only) });
    if (results.length === 0)
      throw new UserError(`--only: ${only!.join(", ")} is not a claim; --check compares claims`);
    const checked = await checkVerdicts(store, paper, scale, results);
    const differing = checked.filter(({ agrees }) => !agrees);
    if (json) process.stdout.write(jsonText(checked));
    else if (!quiet) process.stdout.write(checkTable(checked));
    if (differing.length === 0) return;
    say(`gradstream: ${differing.map(({ id }) => id).join(", ")}: not as filed at scale ${scale} in ${path}`);
    process.exitCode = 1;
  } finally {
    await store.close();
  }
}
