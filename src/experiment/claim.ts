import { z } from "zod";
import { UserError } from "../core/errors.ts";

/** Bound that a number must meet to pass. The bound itself passes, but not where the name is `above` or `below`. */
export type Passing =
  | {
      /** Largest number that passes. */
      readonly atMost: number;
    }
  | {
      /** Smallest number that no longer passes. */
      readonly below: number;
    }
  | {
      /** Smallest number that passes. */
      readonly atLeast: number;
    }
  | {
      /** Largest number that does not pass yet. */
      readonly above: number;
    };

/**
 * A number on which a claim is judged: what is measured, by which SQL, and what passes. It may have a bound from below and one
 * from above.
 */
export type ExperimentMeasure = Passing & {
  /** The number in words. */
  readonly what: string;
  /** Unit of the number: `×`, `%`, `points`. Default: none. */
  readonly unit?: string;
  /** Arms without whose runs it cannot be measured. Default: all. */
  readonly arms?: readonly string[];
  /**
   * Gives a row (seed, value) per seed. In it `run`, `reading`, `histogram` and `event` are those of the runs judged, with
   * `arm`, `seed`, `steps`, `learning_rate`, `hyper` and `status` beside.
   */
  readonly sql: string;
  /** The same number as the source gives it. Default: it gives none. */
  readonly paperValue?: number;
  /** Reason for this threshold. */
  readonly why: string;
};

/** A claim about an experiment's runs, and the numbers on which it is judged. */
export interface ExperimentClaim {
  /** The claim, one sentence. */
  readonly statement: string;
  /** Source of the claim: `Cohen et al. 2021, figure 1`. Default: none is named. */
  readonly source?: string;
  /** Least number of seeds; fewer are no test. Default 3. */
  readonly seeds?: number;
  /** Least number of steps; shorter runs are no test. Default 1. */
  readonly steps?: number;
  /** Name of the data set: `cifar10`; runs on another are no test. Default: runs on any are. */
  readonly dataset?: string;
  /** Numbers that must all pass; each is judged by its median over seeds. */
  readonly measures: readonly ExperimentMeasure[];
}

/** Claims by their names. */
export type ExperimentClaims = Readonly<Record<string, ExperimentClaim>>;

const FROM_ABOVE = ["atMost", "below"] as const;
const FROM_BELOW = ["atLeast", "above"] as const;
const BOUNDS = [...FROM_BELOW, ...FROM_ABOVE];

const text = z.string().refine((given) => given.trim() !== "", "must not be empty");
const bound = z.number().optional();
const measureShape = z
  .strictObject({
    what: text,
    unit: text.optional(),
    arms: z.array(z.string()).min(1).optional(),
    sql: text,
    atMost: bound,
    below: bound,
    atLeast: bound,
    above: bound,
    paperValue: z.number().optional(),
    why: text,
  })
  .refine((given) => BOUNDS.some((name) => given[name] !== undefined), {
    message: `must have a bound, one of ${BOUNDS.join(", ")}`,
  })
  .refine((given) => [FROM_ABOVE, FROM_BELOW].every((names) => names.filter((name) => name in given).length < 2), {
    message: `must have one bound of ${FROM_ABOVE.join(" and ")}, and one of ${FROM_BELOW.join(" and ")}`,
  });

/** What claims must be, for zod. */
export const claimsShape = z.record(
  text,
  z.strictObject({
    statement: text,
    source: text.optional(),
    seeds: z.int().positive().optional(),
    steps: z.int().positive().optional(),
    dataset: text.optional(),
    measures: z.array(measureShape).min(1, "must have a measure"),
  }),
);

/** Lists the bounds of a measure, each alone, that from below first. */
export function boundsOf(measure: Readonly<Partial<Record<(typeof BOUNDS)[number], number>>>): readonly Passing[] {
  return BOUNDS.filter((name) => measure[name] !== undefined).map((name) => ({ [name]: measure[name] }) as Passing);
}

/**
 * Checks that claims are about arms that there are.
 *
 * @throws {UserError} naming the claim and the first arm that there is not.
 */
export function checkClaimArms(claims: ExperimentClaims, arms: readonly string[]): void {
  for (const [name, { measures }] of Object.entries(claims)) {
    const unknown = measures.flatMap((measure) => measure.arms ?? []).find((arm) => !arms.includes(arm));
    if (unknown !== undefined) {
      throw new UserError(`claims.${name}: no arm "${unknown}"; there are ${arms.join(", ")}`);
    }
  }
}
