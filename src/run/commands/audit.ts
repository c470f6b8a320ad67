import { existsSync } from "node:fs";
import { Command } from "commander";
import type { BackendName } from "../../backend/start.ts";
import type { Checkpoint } from "../../checkpoints/checkpoint.ts";
import { readCheckpoint } from "../../checkpoints/read-checkpoint.ts";
import { RunCheckpoints } from "../../checkpoints/run-checkpoints.ts";
import { UserError } from "../../core/errors.ts";
import type { DataSetName } from "../../data/index.ts";
import { resolveHyper, type Scale } from "../../experiment/experiment.ts";
import { audit } from "../audit/audit.ts";
import { pipelineArms } from "../pipeline/pipeline-arms.ts";
import { toldOfExit } from "../pipeline/told-of-exit.ts";
import { loadPipeline } from "../pipeline/load-pipeline.ts";
import { canRedraw } from "../terminal/colour.ts";
import { say } from "../terminal/say.ts";
import { codeVersion } from "../process/version.ts";
import { DEFAULT_STORE } from "../command-line/default-store.ts";
import { checkpointsOf } from "../command-line/checkpoints-of.ts";
import { identityOf, otherCode, otherTrial } from "../runner/identity.ts";
import { fittedTo } from "../runner/trials.ts";
import {
  backendOption,
  dataOption,
  scaleOption,
  setting,
  ready,
  settingsOf,
  wholeNumber,
} from "../command-line/options.ts";

const HELP = `
Trains again, from the seed, up to the step, and writes into the folder
  step.safetensors  parameters before and after the update, gradients, the batch, every noise draw, running statistics
  readings.json     what the pipeline's probes read at that step
The metadata of the first say how to compute: every layer's parts in order with their options, the loss, the optimizer, what
decays, the operator on the activations, and in layout what the tensors are and how the parts are defined;
so that anyone can compute the readings again: bench/peers/audit.py does, in float64 PyTorch. The numbers are those of the
recorded run when pipeline, scale, settings, data, backend and code are the same
and nothing steered it: no control was moved, and no value came from a stream of its own.

Examples:
  $ gradstream audit noisy-batchnorm --arm noisyBatchNorm --seed 0 --step 100 --out audit
  $ gradstream audit noisy-batchnorm --arm standard --step 1250 --out audit --from-checkpoint noisy-batchnorm/standard/0/20260103T101500-1a2b
`;

interface AuditOptions {
  readonly arm: string;
  readonly seed: number;
  readonly step: number;
  readonly out: string;
  readonly scale: Scale;
  readonly steps?: number;
  readonly set: Readonly<Record<string, string>>;
  readonly backend: BackendName | "auto";
  readonly data: DataSetName;
  readonly fromCheckpoint?: string;
  readonly store: string;
}

/** Makes `gradstream audit`, which writes one step of a run with everything its readings were computed from. */
export function auditCommand(): Command {
  return new Command("audit")
    .description("write down one step of a run with everything its readings came from")
    .argument("<pipeline>", "as for run")
    .requiredOption("--arm <arm>", "the arm to train")
    .option("--seed <n>", "its seed", wholeNumber, 0)
    .requiredOption("--step <n>", "the step to write down, from 0", wholeNumber)
    .requiredOption("--out <folder>", "where to write; made if it is not there")
    .addOption(scaleOption())
    .option("--steps <n>", "length of the run, if it was set", wholeNumber)
    .option("--set <key=value>", "change a hyper-parameter (may be repeated)", setting, {})
    .addOption(backendOption())
    .addOption(dataOption())
    .option(
      "--from-checkpoint <what>",
      "start from this checkpoint: its file, or a run id for the newest before the step",
    )
    .option("--store <file>", "the store whose checkpoints a run id is looked for in", DEFAULT_STORE)
    .addHelpText("after", HELP)
    .action(run);
}

async function run(path: string, options: AuditOptions): Promise<void> {
  const { name, file, experiment } = await loadPipeline(path);
  const asked = resolveHyper(experiment, options.scale, settingsOf(options));
  const arm = (await pipelineArms(path, experiment, asked, [options.arm]))[options.arm]!;
  if (options.step >= asked.steps) {
    throw new UserError(`audit: no step ${options.step}; this run has ${asked.steps}, from 0`);
  }
  const { backend, data, notes } = await ready(options);
  const hyper = fittedTo(data, asked);
  const { arm: armName, seed, step, out } = options;
  const code = codeVersion();
  const basis = { experiment: name, pipeline: path, arm: armName, seed, hyper, backend, codeVersion: code };
  const from = options.fromCheckpoint === undefined ? undefined : checkpointFor(options.fromCheckpoint, options);
  if (from) {
    const now = identityOf({ ...basis, runId: from.identity.runId }, file, data);
    const difference = otherTrial(now, from.identity) ?? otherCode(now, from.identity);
    if (difference !== undefined) throw new UserError(`audit: the checkpoint is of other training: ${difference}`);
  }
  const order: Parameters<typeof audit>[0] = {
    experiment,
    hyper,
    arm,
    data,
    seed,
    step,
    out,
    from: from?.snapshot,
    metadata: {
      experiment: name,
      arm: armName,
      seed: String(seed),
      hyper: JSON.stringify(hyper),
      backend,
      code_version: code,
    },
    onTraining: ({ dataset }) => {
      if (dataset === data.name) notes.forEach(say);
      const start = from ? ` from step ${from.snapshot.step}` : "";
      say(`training again${start} up to step ${step} (${backend}, ${dataset})`);
    },
    onEvent: say,
    onStep: (now) => {
      if (canRedraw(process.stderr)) process.stderr.write(`\rstep ${now}${now === step ? "\n" : ""}`);
    },
  };
  const { readings, tensors } = await toldOfExit(path, "training it", () => audit(order));
  process.stdout.write(`${out}/step.safetensors: ${tensors} tensors\n${out}/readings.json: ${readings} readings\n`);
}

/** Returns the checkpoint that a file's name or a run id stands for. @throws {UserError} when there is none. */
function checkpointFor(what: string, { store, step }: Pick<AuditOptions, "store" | "step">): Checkpoint {
  const isFile = existsSync(what);
  const kept = isFile ? undefined : new RunCheckpoints(checkpointsOf({ path: store }), what).newest(step).kept;
  if (!isFile && !kept) {
    throw new UserError(
      `audit: ${what} is neither a file nor a run with a checkpoint up to step ${step} beside ${store}`,
    );
  }
  const checkpoint = readCheckpoint(kept?.path ?? what);
  if (checkpoint.snapshot.step <= step) return checkpoint;
  throw new UserError(`audit: the checkpoint is past step ${step}: it continues at step ${checkpoint.snapshot.step}`);
}
