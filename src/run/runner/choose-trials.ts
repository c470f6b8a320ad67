import type { DataSet } from "../../core/types.ts";
import type { Store } from "../../store/store.ts";
import { whereToGoOn } from "./go-on.ts";
import { checkpointsOf } from "../command-line/checkpoints-of.ts";
import { identityOf } from "./identity.ts";
import { trialsThere, type StoredRun } from "./stored-runs.ts";
import type { RunBasis, Trial } from "./trials.ts";

/** Which trials are wanted, and what of them is trained. */
interface Wanted {
  readonly basis: RunBasis;
  readonly pipelineFile: string;
  readonly data: DataSet;
  readonly trials: readonly Trial[];
  /** Which runs go on that are not over: none of them, those that were interrupted, or those that failed too. */
  readonly goOn: "none" | "interrupted" | "unfinished";
  /** Goes on although the code is another. */
  readonly force?: boolean | undefined;
}

/** What a store lacks of trials. */
interface Chosen {
  /** Trials to train, from their start or from a checkpoint. */
  readonly trials: readonly Trial[];
  /** Runs of the others, in the order of the trials. */
  readonly there: readonly StoredRun[];
  /** Trials that begin although a run of them was interrupted or failed. */
  readonly left: number;
  /** What to say, a line each. */
  readonly notices: readonly string[];
}

/** Chooses what is trained of trials: what the store has of them is not trained again. */
export async function chooseTrials(store: Store, wanted: Wanted): Promise<Chosen> {
  const { basis, pipelineFile, data, goOn, force = false } = wanted;
  const { over, unfinished } = await trialsThere(store, basis, wanted.trials);
  const notices: string[] = [];
  const root = checkpointsOf(store);
  let left = 0;
  const trials = wanted.trials.flatMap((trial): Trial[] => {
    if (over.has(trial)) return [];
    const run = unfinished.get(trial);
    if (!run || (run.status !== "interrupted" && goOn === "interrupted")) return [trial];
    if (goOn === "none") {
      left += 1;
      return [trial];
    }
    const identity = identityOf({ ...run, codeVersion: basis.codeVersion }, pipelineFile, data);
    const where = whereToGoOn(run, { root, identity, force });
    if ("refusal" in where) {
      notices.push(`${run.runId}: ${where.refusal}; it is trained from the start, as another run`);
      return [trial];
    }
    notices.push(...where.notices);
    return [{ ...trial, goesOn: where }];
  });
  return { trials, there: wanted.trials.flatMap((trial) => over.get(trial) ?? []), left, notices };
}
