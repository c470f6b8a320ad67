import type { Run, RunEvent } from "../../core/types.ts";
import { oneLine } from "../../core/one-line.ts";
import type { Outcome } from "../worker/protocol.ts";

/** The event of a run that completed with fewer steps than it was to do. */
export const EARLY_END = "ended_early";

/** The event of a run that trains another again. */
export const REPLAYS = "replays";

/** Returns the event of a run that begins to train another again. */
export const replays = (runId: string): RunEvent => ({
  kind: "event",
  at: Date.now(),
  level: "info",
  name: REPLAYS,
  step: 0,
  message: `replays ${runId}`,
  data: { run: runId },
});

/** Returns where a run stands at its end, if that is known better than by the steps that have begun. */
export function lastStep(outcome: Outcome, done: number, steps: number): number | undefined {
  // The step that diverged has begun, and is not done.
  if (outcome.status === "diverged") return outcome.step;
  return outcome.status === "completed" ? Math.min(done, steps) - 1 : undefined;
}

/** Tells whether an event is a warning of its own: a probe that was left out was told of before its run began. */
export const isWarning = ({ level, name }: RunEvent): boolean => level !== "info" && name !== "probe_left_out";

/** Returns the event of a run that goes on as another attempt. */
export function resumed({ attempt, codeVersion }: Run, before: Run, step: number): RunEvent {
  return {
    kind: "event",
    at: Date.now(),
    level: "info",
    name: "resumed",
    step,
    message: step === 0 ? `starts again, attempt ${attempt}` : `goes on at step ${step}, attempt ${attempt}`,
    data: { attempt, codeVersion, codeVersionBefore: before.codeVersion },
  };
}

/** Returns the event of a checkpoint that could not be written after `steps` steps. */
export function checkpointFailed(error: unknown, steps: number): RunEvent {
  const message = `no checkpoint could be written, and training goes on: ${oneLine(error)}`;
  const step = Math.max(0, steps - 1);
  return { kind: "event", at: Date.now(), level: "warning", name: "checkpoint_failed", step, message };
}

/** Returns the event that tells how a run ended after `done` of `steps`; undefined where there is nothing to tell. */
export function endEvent(outcome: Outcome, at: number, done: number, steps: number): RunEvent | undefined {
  const step = Math.max(0, done - 1);
  const basis = { kind: "event", at, level: "error", name: outcome.status } as const;
  switch (outcome.status) {
    case "completed":
      if (done >= steps) return undefined;
      return {
        ...basis,
        level: "warning",
        name: EARLY_END,
        step,
        message: `ended after ${done} of ${steps} steps: its batches ended, or its pipe took fewer (take, first, takeWhile)`,
        data: { steps: done },
      };
    case "interrupted":
      return { ...basis, level: "warning", step, message: `interrupted at step ${step}` };
    case "diverged":
      return { ...basis, step: outcome.step, message: outcome.message, data: { layer: outcome.layer } };
    case "failed":
      return { ...basis, step, message: outcome.message, ...(outcome.stack ? { data: { stack: outcome.stack } } : {}) };
  }
}
