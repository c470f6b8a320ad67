import { Command } from "commander";
import type { BackendName } from "../../backend/start.ts";
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
recorded run when pipeline, scale, settings, data, backend and code are the same.

Example:
  $ gradstream audit noisy-batchnorm --arm noisyBatchNorm --seed 0 --step 100 --out audit
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
    .addHelpText("after", HELP)
    .action(run);
}

async function run(path: string, options: AuditOptions): Promise<void> {
  const { name, experiment } = await loadPipeline(path);
  const asked = resolveHyper(experiment, options.scale, settingsOf(options));
  const arm = (await pipelineArms(path, experiment, asked, [options.arm]))[options.arm]!;
  if (options.step >= asked.steps) {
    throw new UserError(`audit: no step ${options.step}; this run has ${asked.steps}, from 0`);
  }
  const { backend, data, notes } = await ready(options);
  const hyper = fittedTo(data, asked);
  const order: Parameters<typeof audit>[0] = {
    experiment,
    hyper,
    arm,
    data,
    seed: options.seed,
    step: options.step,
    out: options.out,
    metadata: {
      experiment: name,
      arm: options.arm,
      seed: String(options.seed),
      hyper: JSON.stringify(hyper),
      backend,
      code_version: codeVersion(),
    },
    onTraining: ({ dataset }) => {
      if (dataset === data.name) notes.forEach(say);
      say(`training again up to step ${options.step} (${backend}, ${dataset})`);
    },
    onEvent: say,
    onStep: (step) => {
      if (canRedraw(process.stderr)) process.stderr.write(`\rstep ${step}${step === options.step ? "\n" : ""}`);
    },
  };
  const { readings, tensors } = await toldOfExit(path, "training it", () => audit(order));
  process.stdout.write(
    `${options.out}/step.safetensors: ${tensors} tensors\n${options.out}/readings.json: ${readings} readings\n`,
  );
}
