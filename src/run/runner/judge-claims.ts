import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Hyper } from "../../core/types.ts";
import {
  chooseArms,
  type Experiment,
  resolveHyper,
  type RunLength,
  type Scale,
  SCALES,
} from "../../experiment/experiment.ts";
import type { ClaimResult } from "../../paper/figure.ts";
import { MINIMUM_SEEDS } from "../../paper/judge.ts";
import { checkOwnClaims, judgeOwnClaims, type OwnClaims } from "../../paper/own-claims.ts";
import { PAPERS } from "../../paper/papers.ts";
import type { Store } from "../../store/store.ts";
import { openStore } from "../command-line/open-store.ts";

/** What `run` was asked for, as far as claims are concerned. */
export interface ClaimedTrials {
  /** Name of the experiment. */
  readonly name: string;
  readonly experiment: Experiment;
  readonly scale: Scale;
  /** What is changed of the scale's hyper-parameters. */
  readonly settings: Readonly<Record<string, string>>;
  readonly hyper: Hyper & RunLength;
  readonly seeds: readonly number[];
  /** Names of the arms chosen. */
  readonly arms: readonly string[];
}

const ownClaims = ({ name, experiment, hyper }: Pick<ClaimedTrials, "name" | "experiment" | "hyper">): OwnClaims => ({
  experiment: name,
  claims: experiment.claims ?? {},
  arms: experiment.claims ? Object.keys(chooseArms(experiment, hyper)) : [],
});

/**
 * Checks the claims of an experiment against a store, before anything is trained.
 *
 * @throws {UserError} naming the first that cannot be judged.
 */
export async function checkClaims(
  store: Store,
  trials: Pick<ClaimedTrials, "name" | "experiment" | "hyper">,
): Promise<void> {
  await checkOwnClaims(store, ownClaims(trials), PAPERS);
}

/**
 * Checks the claims of an experiment against a store that is empty, and gone afterwards.
 *
 * @throws {UserError} naming the first that cannot be judged.
 */
export async function checkClaimsAlone(trials: Pick<ClaimedTrials, "name" | "experiment" | "hyper">): Promise<void> {
  if (trials.experiment.claims === undefined) return;
  const folder = mkdtempSync(join(tmpdir(), "gradstream-claims-"));
  try {
    const store = await openStore(join(folder, "empty.duckdb"));
    await checkClaims(store, trials).finally(() => store.close());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Judges the claims of an experiment on runs, files the verdicts and says of those that are no test what would be one. */
export async function judgeTrials(
  store: Store,
  trials: ClaimedTrials,
  runs: readonly string[],
): Promise<readonly ClaimResult[]> {
  if (trials.experiment.claims === undefined) return [];
  const changed = Object.entries(trials.settings).map(([key, value]) => `${key}=${value}`);
  const told = ({ claimId, verdict }: ClaimResult): readonly string[] => [
    ...(verdict === "not testable" ? adviceOf(claimId, trials) : []),
    ...(changed.length > 0 ? [`with ${changed.join(", ")}`] : []),
  ];
  return judgeOwnClaims(store, ownClaims(trials), PAPERS, { runs, scale: trials.scale, told });
}

/** Says with which options runs would be a test of a claim, where it is options that they lack. */
function adviceOf(claimId: string, { experiment, settings, hyper, seeds, arms }: ClaimedTrials): readonly string[] {
  const { steps = 1, seeds: least = MINIMUM_SEEDS, measures } = experiment.claims![claimId]!;
  const scale = SCALES.find((one) => resolveHyper(experiment, one, {}).steps >= steps);
  const length = scale === undefined || "steps" in settings ? `--steps ${steps}` : `--scale ${scale}`;
  const needed = measures.flatMap((measure) => measure.arms ?? Object.keys(chooseArms(experiment, hyper)));
  const advice = [
    ...(hyper.steps < steps ? [length] : []),
    ...(seeds.length < least ? [`--seeds ${least}`] : []),
    ...(needed.some((arm) => !arms.includes(arm)) ? ["all arms"] : []),
  ];
  return advice.length > 0 ? [`try ${advice.join(", ")}`] : [];
}
