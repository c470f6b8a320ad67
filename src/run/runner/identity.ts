import { readFileSync } from "node:fs";
import { kernelsOf } from "../../backend/kernels-of.ts";
import { sha256, type TrialIdentity } from "../../checkpoints/checkpoint.ts";
import type { DataSet, Run } from "../../core/types.ts";
import { hyperText } from "../../store/run-rows.ts";

/** What of a run its checkpoints name. */
type IdentifiedRun = Pick<
  Run,
  "runId" | "experiment" | "pipeline" | "arm" | "seed" | "hyper" | "backend" | "codeVersion"
>;

/** Describes what a run trains, as its checkpoints say it. */
export function identityOf(run: IdentifiedRun, file: string, data: DataSet): TrialIdentity {
  const { runId, experiment, pipeline, arm, seed, hyper, backend, codeVersion } = run;
  return {
    runId,
    experiment,
    pipeline,
    file,
    pipelineSha256: sha256(readFileSync(file)),
    arm,
    seed,
    hyper: hyperText(hyper),
    backend,
    data: `${data.name}, ${data.train.count} of [${data.shape.join(", ")}], ${data.test.count} test`,
    ...(data.from !== undefined && { dataFrom: data.from }),
    codeVersion,
    kernels: kernelsOf(backend),
  };
}

/** What must be the same, and in words. */
const TRIAL = {
  runId: "run",
  experiment: "experiment",
  arm: "arm",
  seed: "seed",
  hyper: "hyper-parameters",
  backend: "backend",
  data: "data",
} as const satisfies Partial<Record<keyof TrialIdentity, string>>;

/** Says what of the trial itself differs, one line; undefined where nothing does. */
export function otherTrial(now: TrialIdentity, then: TrialIdentity): string | undefined {
  const names = Object.keys(TRIAL) as (keyof typeof TRIAL)[];
  const differing = names.filter((name) => now[name] !== then[name]);
  if (differing.length === 0) return undefined;
  return differing.map((name) => `${TRIAL[name]} ${then[name]}, not ${now[name]}`).join("; ");
}

/** Says what of the code differs, one line; undefined where nothing does. */
export function otherCode(now: TrialIdentity, then: TrialIdentity): string | undefined {
  const differing = [
    ...(now.codeVersion === then.codeVersion ? [] : [`gradstream was ${then.codeVersion} and is ${now.codeVersion}`]),
    ...(now.kernels === then.kernels ? [] : [`backend ${now.backend} had ${named(then)} and has ${named(now)}`]),
    ...(now.pipelineSha256 === then.pipelineSha256 ? [] : [`${now.file} has changed`]),
  ];
  return differing.length > 0 ? differing.join("; ") : undefined;
}

const named = ({ kernels }: TrialIdentity): string => kernels ?? "no kernels of gradstream's own";
