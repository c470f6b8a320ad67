import { UserError } from "../../core/errors.ts";
import { queueAddress } from "../engine/bullmq/queue-address.ts";
import { checkSbatch } from "../engine/slurm/check-sbatch.ts";
import type { SweepCommandOptions } from "./options.ts";
import { receiveAddress } from "./receive.ts";

/**
 * Checks what `gradstream sweep` is told of who trains, before anything is opened; `jobs` trials train in its own process.
 *
 * @throws {UserError} for options that do not go together, or an address that is none.
 */
export function checkAsked({ queue, slurm, sbatch, receive }: SweepCommandOptions, jobs: number): void {
  if (queue !== undefined) queueAddress(queue);
  else if (jobs === 0 && !slurm) throw new UserError("sweep: --jobs 0 leaves nobody to train; give --queue too");
  if (slurm && jobs > 0)
    throw new UserError("sweep: --jobs trains here, and with --slurm Slurm's tasks train; leave one of them out");
  if (!slurm && sbatch.length > 0) throw new UserError(`--sbatch ${sbatch[0]}: there is no task; give --slurm too`);
  checkSbatch(sbatch);
  if (receive === undefined) return;
  receiveAddress(receive);
  if (queue === undefined) throw new UserError(`--receive ${receive}: there is nobody to send; give --queue too`);
}
