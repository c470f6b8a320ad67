import type { Step } from "../core/live.ts";
import { UserError } from "../core/errors.ts";
import * as option from "../core/options.ts";
import { NotDifferentiableError } from "../core/tangents/linearize.ts";
import type { LabelledExamples, Recorded, RunEvent } from "../core/types.ts";
import type { Found, MeasuredTogether } from "../operators/probe.ts";
import type { Layers } from "../operators/select-layers.ts";
import { hessianOperator, type HessianOperator } from "./hessian-operator.ts";

/** Of what the curvature is taken; of the step's own batch without it. */
export interface CurvatureData {
  /** Examples in chunks: of the objective over all of them at the step's parameters, each chunk with batch statistics of its own. */
  readonly examples?: Iterable<LabelledExamples> | undefined;
  /** Batches: of each by itself at the step's parameters; readings are means over them, beside their standard errors. */
  readonly batches?: Iterable<LabelledExamples> | undefined;
}

/** The options of `CurvatureData`, for `checkOptions`. */
export const curvatureData = { examples: option.examples, batches: option.examples };

/** What a probe was made with, for the record: examples are told by what they are for. */
export const describedData = ({ examples, batches }: CurvatureData): Readonly<Record<string, unknown>> =>
  examples ? { of: "examples" } : batches ? { of: "batches" } : {};

export function checkCurvatureData(who: string, { examples, batches }: CurvatureData): void {
  if (examples && batches) throw new UserError(`${who}: give examples or batches, not both`);
}

/** Calls `f` with each operator in turn: one, or one for each of `batches`. */
export function eachOperator<T>(
  who: string,
  step: Step,
  { examples, batches }: CurvatureData,
  layer: number | undefined,
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

/** Which blocks: each of the chosen layers, or (undefined) the whole network. */
export function blocksOf(step: Step, layers: Layers | undefined): readonly (number | undefined)[] {
  if (layers === undefined) return [undefined];
  return layers === "all" ? step.layers.map(({ layer }) => layer) : layers;
}

export interface Estimate {
  readonly mean: number;
  /** Of the mean; NaN of a single value. */
  readonly standardError: number;
}

export function estimate(values: readonly number[]): Estimate {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, standardError: count > 1 ? Math.sqrt(squares / (count - 1) / count) : NaN };
}

/** Says once a training that the second derivative of something is not known, or that numbers left the graph. */
export class ExactnessNotice {
  #said = false;
  readonly #who: string;

  constructor(who: string) {
    this.#who = who;
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
