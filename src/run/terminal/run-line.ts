import type { Run, RunStatus } from "../../core/types.ts";
import { plainText } from "../../core/plain-text.ts";
import { duration } from "./duration.ts";

const GAP = "  ";

/** Three digits: `2.30`, `230`, `1.23e+9`; `NaN` and `Infinity` as they are. */
const shortNumber = (value: number): string => (Number.isFinite(value) ? value.toPrecision(3) : String(value));

const percent = (part: number): string => (Number.isFinite(part) ? `${Math.round(part * 100)} %` : String(part));

/** How a run is doing, as a line of text says it. */
export interface RunFacts {
  readonly name: string;
  readonly steps: number;
  readonly stepsDone: number;
  readonly loss: number | undefined;
  readonly accuracy: number | undefined;
  readonly stepsPerSecond: number;
  /** Whether time left can be told yet. */
  readonly isPaced: boolean;
  readonly status: RunStatus;
  /** A small picture of its loss, at the end of the line. */
  readonly picture?: string;
}

/** `batchNorm`, or `batchNorm seed 2`. */
export const nameOf = ({ arm, seed }: Pick<Run, "arm" | "seed">): string =>
  plainText(seed === 0 ? arm : `${arm} seed ${seed}`);

/**
 * Name, step, loss, accuracy, pace, time left or status, picture. Where `columns` are few, leaves out the picture, then pace,
 * accuracy and loss, and cuts what is still too long.
 */
export function runLine(facts: RunFacts, nameWidth: number, columns = Infinity): string {
  const { name, steps, stepsDone, loss, accuracy, stepsPerSecond, isPaced, status, picture } = facts;
  const left = isPaced && stepsPerSecond > 0 ? `${duration((steps - stepsDone) / stepsPerSecond)} left` : "starting";
  const parts = {
    name: name.padEnd(nameWidth),
    step: `step ${String(stepsDone).padStart(String(steps).length)}/${steps}`,
    loss: `loss ${(loss === undefined ? "   –" : shortNumber(loss)).padEnd(4)}`,
    accuracy: `accuracy ${(accuracy === undefined ? "–" : percent(accuracy)).padStart(4)}`,
    pace: `${(Number.isFinite(stepsPerSecond) ? stepsPerSecond.toFixed(1) : "–").padStart(5)} steps/s`,
    state: status === "running" ? left : status,
  };
  const without = (...names: (keyof typeof parts)[]) =>
    Object.entries(parts).flatMap(([key, text]) => (names.includes(key as keyof typeof parts) ? [] : [text]));
  const choices = [
    ...(picture === undefined ? [] : [[...without("state"), parts.state.padEnd(14), picture]]),
    ...[without(), without("pace"), without("pace", "accuracy"), without("pace", "accuracy", "loss")],
  ].map((choice) => choice.join(GAP));
  return choices.find((text) => text.length <= columns) ?? choices.at(-1)!.slice(0, columns);
}
