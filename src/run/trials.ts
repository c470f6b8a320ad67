import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Arm } from "../experiment/experiment.ts";
import type { DataSet, RawExamples, Hyper, Run } from "../core/types.ts";
import { hyperText } from "../store/run-rows.ts";
import type { Store } from "../store/store.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Arm x seed, at the hyper-parameters of this invocation. */
export interface Trial {
  readonly arm: string;
  readonly seed: number;
  readonly network: string;
  /** What it trains on, where that is known before. */
  readonly dataset?: string | undefined;
}

/** Seeds outermost, so that the arms of one seed run side by side. */
export function listTrials(
  arms: Readonly<Record<string, Arm>>,
  seeds: readonly number[],
  datasetOf: (arm: string) => string | undefined = () => undefined,
): Trial[] {
  return seeds.flatMap((seed) =>
    Object.entries(arms).map(([arm, { network }]) => ({ arm, seed, network: network.name, dataset: datasetOf(arm) })),
  );
}

/** The hyper-parameters with no more `images` than there are, as they will be recorded. */
export function fittedTo<H extends Hyper>(data: DataSet, hyper: H): H {
  const images = hyper["images"];
  return typeof images === "number" && images > data.train.count ? { ...hyper, images: data.train.count } : hyper;
}

/** What all runs of one invocation share. */
export type RunBasis = Pick<
  Run,
  "experiment" | "pipeline" | "hyper" | "steps" | "backend" | "dataset" | "codeVersion" | "host"
>;

/** Names a new run of a trial; `attempt` counts the runs of the same trial that the store already holds. */
export async function describeRun(store: Store, basis: RunBasis, trial: Trial): Promise<Run> {
  const { arm, seed, network, dataset = basis.dataset } = trial;
  const earlier = await store.query(
    `SELECT count(*) FROM run WHERE experiment = $1 AND arm = $2 AND seed = $3 AND hyper::VARCHAR = $4
       AND code_version = $5`,
    [basis.experiment, arm, seed, hyperText(basis.hyper), basis.codeVersion],
  );
  const startedAt = Date.now();
  const stamp = new Date(startedAt).toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
  const runId = `${basis.experiment}/${arm}/${seed}/${stamp}-${randomBytes(2).toString("hex")}`;
  return { ...basis, runId, arm, seed, network, dataset, startedAt, attempt: Number(earlier.rows[0]![0]) + 1 };
}

export function packageVersion(): string {
  return (JSON.parse(readFileSync(`${ROOT}package.json`, "utf8")) as { version: string }).version;
}

/** The package's version and, in a checkout, its commit: `0.1.0+3a4635d`, `-dirty` with local changes. */
export function codeVersion(): string {
  const version = packageVersion();
  try {
    const args = ["describe", "--always", "--dirty", "--abbrev=9", "--exclude=*"];
    const commit = execFileSync("git", args, { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return `${version}+${commit.trim()}`;
  } catch {
    return version;
  }
}

/** The same data set with its bytes in shared memory, so that every thread reads one copy. */
export function shared(data: DataSet): DataSet {
  return { ...data, train: shareExamples(data.train), test: shareExamples(data.test) };
}

function shareExamples(examples: RawExamples): RawExamples {
  const share = (bytes: Uint8Array): Uint8Array => {
    const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
    copy.set(bytes);
    return copy;
  };
  return { ...examples, pixels: share(examples.pixels), labels: share(examples.labels) };
}
