import type { Declaration, RunState } from "../../feed/client/index.ts";
import { counted, formatDuration, formatWhole } from "../../view/numbers.ts";
import { stepsDone } from "../../view/steps-done.ts";
import { timeLeft } from "../../view/time-left.ts";

/** A trial that waits for its turn. */
export interface QueuedTrial extends Pick<Declaration, "experiment" | "steps"> {
  readonly arm: string;
  readonly seed: number;
  /** Id of what declared it. */
  readonly declaration: string;
  readonly hyper: NonNullable<Declaration["hyper"]>;
}

/** Lists the trials that wait, in their order. */
export function queuedTrials(declarations: readonly Declaration[]): QueuedTrial[] {
  return declarations.flatMap(({ id, experiment, steps, hyper, arms, trials }) =>
    trials
      .filter(({ runId }) => runId === null)
      .map(({ arm, seed }) => ({ declaration: id, experiment, steps, hyper: hyper ?? {}, arm: arms[arm]!.arm, seed })),
  );
}

/** Says how far all is that this server's process trains, of all experiments; undefined where nothing is left to train. */
export function wholeProgress(declarations: readonly Declaration[], runs: readonly RunState[]): string | undefined {
  const declared = declarations.filter(({ hyper }) => hyper !== null);
  const states = new Map(runs.map((run) => [run.runId, run]));
  const begun = declared.flatMap(({ trials }) => trials.flatMap(({ runId }) => states.get(runId ?? "") ?? []));
  const going = begun.filter(({ status }) => status === "running");
  const queued = queuedTrials(declared);
  if (going.length + queued.length === 0) return undefined;
  const seconds = timeLeft(
    going.map((run) => ({ arm: run.arm, left: run.steps - stepsDone(run), pace: run.stepsPerSecond })),
    queued,
  );
  return [
    `${formatWhole(begun.length - going.length)} of ${counted(begun.length + queued.length, "run")} ended`,
    ...(queued.length > 0 ? [`${formatWhole(queued.length)} queued`] : []),
    ...(seconds === undefined ? [] : [`about ${formatDuration(Math.ceil(seconds))} left`]),
  ].join(", ");
}
