import type { Step } from "../core/live.ts";
import { UserError } from "../core/errors.ts";
import * as option from "../core/options.ts";
import { layerOf } from "../core/params.ts";
import { NotDifferentiableError } from "../core/tangents/linearize.ts";
import type { Setting } from "../core/setting.ts";
import type { LabelledExamples, Recorded, RunEvent } from "../core/types.ts";
import type { Found, MeasuredTogether, OpenProbe } from "../operators/probe.ts";
import { checkLayers, type Layers } from "../operators/select-layers.ts";
import { hessianOperator, type HessianOperator } from "./hessian-operator.ts";

/** Data over which the curvature is measured. Default: the batch of the step. */
export interface CurvatureData {
  /** Examples in chunks: the objective over all of them together, each chunk with batch statistics of its own. */
  readonly examples?: Iterable<LabelledExamples> | undefined;
  /** Batches: each by itself; readings are means over the batches, beside their standard errors. */
  readonly batches?: Iterable<LabelledExamples> | undefined;
}

/** Checks of `CurvatureData`, for `checkOptions`. */
export const curvatureData = { examples: option.examples, batches: option.examples };

/** Returns the data as a probe's options record it. */
export const describedData = ({ examples, batches }: CurvatureData): Readonly<Record<string, unknown>> =>
  examples ? { of: "examples" } : batches ? { of: "batches" } : {};

/**
 * Checks that `examples` and `batches` are not both given.
 *
 * @throws {UserError} when they are.
 */
export function checkCurvatureData(who: string, { examples, batches }: CurvatureData): void {
  if (examples && batches) throw new UserError(`${who}: give examples or batches, not both`);
}

/**
 * Calls `f` with the Hessian of each part of the data in turn, and disposes of it: one, or one for each of `batches`.
 *
 * @throws {UserError} when the data is empty.
 */
export function eachOperator<T>(
  who: string,
  step: Step,
  { examples, batches, layer }: CurvatureData & { readonly layer?: number | undefined },
  f: (operator: HessianOperator) => T,
): { readonly results: readonly T[]; readonly leaks: boolean } {
  const scopes = batches ? Array.from(batches, (one) => [one]) : [examples && [...examples]];
  if (scopes.length === 0 || scopes[0]?.length === 0) throw new UserError(`${who}: there are no examples in its data`);
  let leaks = false;
  const results = scopes.map((own) => {
    const operator = hessianOperator(step, { examples: own, layer });
    try {
      const result = f(operator);
      leaks ||= operator.leaks;
      return result;
    } finally {
      operator.dispose();
    }
  });
  return { results, leaks };
}

/**
 * Checks that the layers whose blocks are to be measured are there and have parameters.
 *
 * @throws {UserError} naming the first that does not.
 */
export function checkBlocks(
  who: string,
  layers: Layers | undefined,
  setting: Pick<Setting, "layers" | "shapes">,
): void {
  checkLayers(who, layers ?? "all", setting);
  if (layers === undefined || layers === "all") return;
  const without = layers.find((layer) => !hasParameters(layer, setting.shapes));
  if (without !== undefined) throw new UserError(`${who}: layer ${without} has no parameters`);
}

const hasParameters = (layer: number, named: object): boolean =>
  Object.keys(named).some((name) => layerOf(name) === layer);

/**
 * Returns the diagonal blocks to measure: one for each chosen layer, of all those that have parameters, or `undefined` for
 * the whole Hessian.
 */
export function blocksOf(step: Step, layers: Layers | undefined): readonly (number | undefined)[] {
  if (layers === undefined) return [undefined];
  if (layers !== "all") return layers;
  return step.layers.map(({ layer }) => layer).filter((layer) => hasParameters(layer, step.params));
}

/** Mean of several values. */
export interface Estimate {
  readonly mean: number;
  /** Standard error of the mean; NaN for a single value. */
  readonly standardError: number;
}

/** Computes the mean of values and its standard error. */
export function estimate(values: readonly number[]): Estimate {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, standardError: count > 1 ? Math.sqrt(squares / (count - 1) / count) : NaN };
}

/**
 * Emits the event `curvature_not_exact` once per training: for a kernel without a known derivative, or for an operation
 * that reads numbers of tensors.
 */
export class ExactnessNotice {
  #said = false;
  readonly #who: string;

  constructor(who: string) {
    this.#who = who;
  }

  /** Whether it has been said, for `probe`: an interruption is no reason to say it again. */
  get memory(): Pick<OpenProbe, "save" | "load"> {
    return {
      save: () => ({ said: Int32Array.of(this.#said ? 1 : 0) }),
      load: ({ said }) => (this.#said = said![0] === 1),
    };
  }

  /** What `measure` gives, or, where a kernel has no known derivative, what `instead` does. */
  attempt(step: Step, measure: () => MeasuredTogether[], instead: () => Found[]): MeasuredTogether[] {
    try {
      return measure();
    } catch (error) {
      if (!(error instanceof NotDifferentiableError)) throw error;
      return [
        said(instead()),
        ...this.#tell(step, `${error.message}: an operation of yours uses it, and this reading is NaN`),
      ];
    }
  }

  leaked(step: Step, leaks: boolean): MeasuredTogether[] {
    if (!leaks) return [];
    return this.#tell(
      step,
      "an operation of yours reads numbers of activations (dataSync): what it makes of them counts as constant",
    );
  }

  #tell(step: Step, message: string): MeasuredTogether[] {
    if (this.#said) return [];
    this.#said = true;
    const event: RunEvent = {
      kind: "event",
      step: step.step,
      at: Date.now(),
      level: "warning",
      name: "curvature_not_exact",
      message: `${this.#who}: ${message}`,
    };
    return [said([event])];
  }
}

const said = (records: readonly (Found | Recorded)[]): MeasuredTogether => ({ tensors: [], records: () => records });
