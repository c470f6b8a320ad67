import { RunCheckpoints } from "../../checkpoints/run-checkpoints.ts";
import type { TrialIdentity } from "../../checkpoints/checkpoint.ts";
import type { Run } from "../../core/types.ts";
import { otherCode, otherTrial } from "./identity.ts";
import type { GoingOn } from "./trials.ts";

/** What is asked of an interrupted run. */
interface Asked {
  /** Folder of the store's checkpoints. */
  readonly root: string;
  /** The run as it would be now: its id, with the code and the data of today. */
  readonly identity: TrialIdentity;
  /** Goes on although the code is another. */
  readonly force: boolean;
}

/**
 * Decides where an interrupted run goes on: at its newest checkpoint that is whole, or at step 0 where there is none. The
 * other result is why it must not, one line.
 */
export function whereToGoOn(run: Run, { root, identity, force }: Asked): GoingOn | { readonly refusal: string } {
  const { kept, damaged } = new RunCheckpoints(root, run.runId).newest();
  const notices = damaged.map((what) => `${run.runId}: a checkpoint is damaged and left out: ${what}`);
  if (!kept) {
    return { run, step: 0, notices: [...notices, `${run.runId}: no checkpoint, it starts again from step 0`] };
  }
  const { identity: then, step } = kept.manifest.checkpoint;
  const trial = otherTrial(identity, then);
  if (trial !== undefined) return { refusal: `its checkpoint is of another trial: ${trial}` };
  const code = otherCode(identity, then);
  if (code !== undefined && !force) {
    return { refusal: `its checkpoint is of other code: ${code}; --force goes on all the same` };
  }
  const forced = code === undefined ? [] : [`${run.runId}: goes on with other code: ${code}`];
  const where = `${run.runId}: goes on at step ${step} of ${run.steps}`;
  return { run, step, file: kept.path, notices: [...notices, ...forced, where] };
}
