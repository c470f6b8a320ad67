import type { RunState } from "../../core/types.ts";
import { plainText } from "../../core/plain-text.ts";
import { formatDuration, formatNumber } from "../../view/numbers.ts";
import { stepsDone } from "../../view/steps-done.ts";

const GAP = "  ";

/** Digits of the loss. */
const DIGITS = 3;

const percent = (part: number): string => (Number.isFinite(part) ? `${Math.round(part * 100)} %` : String(part));

/** What a line says of how a run stands. */
export type Standing = Pick<RunState, "arm" | "seed" | "steps" | "step" | "status" | "stepsPerSecond">;

/** The numbers that a line shows. */
export interface LineNumbers {
  readonly loss: number | undefined;
  readonly accuracy: number | undefined;
  /** Values that its controls have now. Default: it has none. */
  readonly controls?: Readonly<Record<string, number>> | undefined;
  /** A small picture of the loss, at the end of the line. */
  readonly picture?: string;
}

/** Writes `batchNorm`, or `batchNorm seed 2`. */
export const nameOf = ({ arm, seed }: Pick<RunState, "arm" | "seed">): string =>
  plainText(seed === 0 ? arm : `${arm} seed ${seed}`);

/**
 * Writes name, step, loss, accuracy, pace, time left or status, controls, picture. Where `columns` are few, leaves out the picture,
 * then controls, then pace and what is left, then words, so that loss and accuracy stay, and cuts what is still too long.
 */
export function runLine(state: Standing, shown: LineNumbers, nameWidth: number, columns = Infinity): string {
  const { steps, status, stepsPerSecond: pace } = state;
  const { loss, accuracy, picture, controls = {} } = shown;
  const moved = Object.entries(controls).map(([name, value]) => `${plainText(name)} ${formatNumber(value, DIGITS)}`);
  const done = stepsDone(state);
  const left = pace !== null && pace > 0 ? `${formatDuration(Math.ceil((steps - done) / pace))} left` : "starting";
  const parts = {
    name: nameOf(state).padEnd(nameWidth),
    step: `step ${String(done).padStart(String(steps).length)}/${steps}`,
    loss: `loss ${formatNumber(loss, DIGITS).padEnd(4)}`,
    accuracy: `accuracy ${(accuracy === undefined ? "–" : percent(accuracy)).padStart(4)}`,
    pace: `${(Number.isFinite(pace ?? 0) ? (pace ?? 0).toFixed(1) : "–").padStart(5)} steps/s`,
    state: status === "running" ? left : status,
  };
  const without = (...names: (keyof typeof parts)[]) =>
    Object.entries(parts).flatMap(([key, text]) => (names.includes(key as keyof typeof parts) ? [] : [text]));
  const choices = [
    ...(picture === undefined ? [] : [[...without("state"), parts.state.padEnd(14), ...moved, picture]]),
    ...(moved.length === 0 ? [] : [[...without(), ...moved]]),
    without(),
    without("pace"),
    without("pace", "state"),
    [parts.name, parts.step.slice("step ".length), parts.loss, parts.accuracy.slice("accuracy ".length)],
    [nameOf(state), String(done), parts.loss.trimEnd().slice("loss ".length), parts.accuracy.slice("accuracy ".length)],
  ].map((choice) => choice.join(GAP));
  return choices.find((text) => text.length <= columns) ?? choices.at(-1)!.slice(0, columns);
}
