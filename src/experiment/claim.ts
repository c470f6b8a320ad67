import { z } from "zod";
import { UserError } from "../core/errors.ts";

/** What passes. The threshold itself does, but not where the name is `above` or `below`. */
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
  /** What the number is, in words. */
  readonly what: string;
  /** Of the number: `×`, `%`, `points`. Default: a bare one. */
  readonly unit?: string;
  /** Arms without whose runs it cannot be measured. Default: all. */
  readonly arms?: readonly string[];
  /**
   * Gives a row (seed, value) per seed. In it `run`, `reading`, `histogram` and `event` are those of the runs judged, with
   * `arm`, `seed`, `steps`, `learning_rate`, `hyper` and `status` beside.
   */
  readonly sql: string;
  /** What the source itself gives. Default: it gives none. */
  readonly paperValue?: number;
  /** Why the threshold is what it is. */
  readonly why: string;
};

/** What is claimed of an experiment's runs, and the numbers on which that is judged. */
export interface ExperimentClaim {
  /** What is claimed, one sentence. */
  readonly statement: string;
  /** Who claims it, and where: `Cohen et al. 2021, figure 1`. Default: nobody is named. */
  readonly source?: string;
  /** Fewer seeds are no test. Default 3. */
  readonly seeds?: number;
  /** Shorter runs are no test. Default 1. */
  readonly steps?: number;
  /** Runs on another data set are no test: `cifar10`. Default: on any they are. */
  readonly dataset?: string;
  /** All of them must pass; the number judged is the median over seeds. */
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
