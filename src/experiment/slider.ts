import { UserError } from "../core/errors.ts";
import { checkOptions, flag, isRecord, shown, type Wanted } from "../core/options.ts";
import type { Slider, Sliders } from "../core/types.ts";

/** Options of `slider`. */
export interface SliderOptions {
  /** Value that a run begins with. Default: the least. */
  readonly initial?: number;
  /** Distance between neighbouring values, counted from the least: 1 for whole numbers. Default: any value between. */
  readonly step?: number;
  /** Whether equal moves are equal factors, as learning rates want it. Default false. */
  readonly log?: boolean;
}

const finite: Wanted = { what: "a finite number", accepts: Number.isFinite };

/**
 * Declares a number from `low` to `high` that the live page moves while a run trains: for `controls` of `experiment`.
 *
 * @throws {UserError} for bounds that are no range, an initial value outside of it, or a step that does not fit.
 *
 * @example
 * ```ts
 * import { slider } from "gradstream";
 *
 * const controls = { noise: slider(0, 2), learningRate: slider(1e-4, 1, { initial: 0.1, log: true }) };
 * console.log(controls.noise.initial, controls.learningRate.initial); // 0 0.1
 * ```
 */
export function slider(low: number, high: number, options: SliderOptions = {}): Slider {
  const known = { initial: finite, step: finite, log: flag };
  const { initial = low, ...more } = checkOptions<SliderOptions>("slider", options, known);
  const made = { low, high, initial, ...more };
  const fault = faultOf(made);
  if (fault !== undefined) throw new UserError(`slider: ${fault}`);
  return made;
}

/**
 * Checks controls as an experiment declares them.
 *
 * @throws {UserError} naming the first that is none.
 */
export function checkSliders(who: string, controls: unknown): void {
  if (!isRecord(controls)) {
    throw new UserError(`${who} must be an object such as { noise: slider(0, 2) }, not ${shown(controls)}`);
  }
  for (const [name, made] of Object.entries(controls)) {
    const fault = isRecord(made) ? faultOf(made as unknown as Slider) : `is ${shown(made)}; write slider(0, 2)`;
    if (fault !== undefined) throw new UserError(`${who}.${name}: ${fault}`);
  }
  if (Object.hasOwn(controls, "__proto__")) {
    throw new UserError(`${who}.__proto__: JavaScript keeps this name for itself; give it another`);
  }
}

/**
 * Checks that a control may be moved to a value.
 *
 * @throws {UserError} for a name that is no control's, or a value that is not one of its own.
 */
export function checkMove(sliders: Sliders, name: string, value: number): void {
  const names = Object.keys(sliders);
  if (!Object.hasOwn(sliders, name)) {
    throw new UserError(
      names.length === 0 ? "this run has no controls" : `no control ${name}; there are ${names.join(", ")}`,
    );
  }
  const { low, high, step } = sliders[name]!;
  if (!(value >= low && value <= high)) throw new UserError(`${name} goes from ${low} to ${high}, not to ${value}`);
  if (step !== undefined && !isOnGrid(value, low, step)) {
    throw new UserError(`${name} goes from ${low} in steps of ${step}, not to ${value}`);
  }
}

/** Says what is wrong with a slider; undefined where nothing is. */
function faultOf({ low, high, initial, step, log = false }: Slider): string | undefined {
  if (![low, high].every(Number.isFinite))
    return `goes from ${shown(low)} to ${shown(high)}, which are not finite numbers`;
  if (low >= high) return `goes from ${low} to ${high}, which is not a range: the first must be the lower`;
  if (!Number.isFinite(high - low)) return `goes from ${low} to ${high}, which is wider than numbers go`;
  if (log && low <= 0) return `goes from ${low} in equal factors, which needs a number above 0`;
  if (!(initial >= low && initial <= high)) return `begins with ${shown(initial)}, which is not from ${low} to ${high}`;
  if (step === undefined) return undefined;
  if (log) return "has a step and equal factors, which exclude each other";
  if (!(step > 0 && step <= high - low))
    return `has a step of ${shown(step)}, which must be above 0 and at most ${high - low}`;
  return isOnGrid(initial, low, step)
    ? undefined
    : `begins with ${initial}, which is not ${low} and a number of steps of ${step}`;
}

/** Tells whether a value is a whole number of steps above the least, but for rounding. */
function isOnGrid(value: number, low: number, step: number): boolean {
  const steps = (value - low) / step;
  return Math.abs(steps - Math.round(steps)) < 1e-6;
}
