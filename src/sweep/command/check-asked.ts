import { isDeepStrictEqual } from "node:util";
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
export function checkAsked(options: SweepCommandOptions, jobs: number): void {
  const { queue, slurm, sbatch, receive } = options;
  checkGoesOnAsPlanned(options);
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

/** Options that plan a sweep, with what they are where they are not given. */
const PLANNING = {
  grid: [],
  random: undefined,
  halving: undefined,
  eta: 3,
  rungs: "steps",
  earlyStop: [],
  grace: undefined,
  scale: "quick",
  arm: undefined,
  steps: undefined,
  set: {},
  seeds: undefined,
  seed: undefined,
} as const satisfies Partial<Record<keyof SweepCommandOptions, unknown>>;

/** @throws {UserError} for an option that would plan another sweep than the one that is to go on. */
function checkGoesOnAsPlanned(options: SweepCommandOptions): void {
  if (options.resume === undefined && options.onlyFailed === undefined) return;
  const how = options.resume === undefined ? "--only-failed" : "--resume";
  for (const [name, unasked] of Object.entries(PLANNING)) {
    if (isDeepStrictEqual(options[name as keyof typeof PLANNING], unasked)) continue;
    const option = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    throw new UserError(`${option}: ${how} goes on with what was planned; leave ${option} out, or begin a new sweep`);
  }
}
