const PREFIX = "trial-";

/** Returns a trial's id as BullMQ takes it: no digits alone, no colon. */
export function jobIdOf(trialId: string): string {
  return PREFIX + encodeURIComponent(trialId);
}

/** Returns the trial whose job has this id. */
export function trialIdOfJob(jobId: string): string {
  return decodeURIComponent(jobId.slice(PREFIX.length));
}

/** Returns the name of a sweep's queue. */
export function queueNameOf(sweepId: string): string {
  return `gradstream-${encodeURIComponent(sweepId)}`;
}
