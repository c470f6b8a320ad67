import { z } from "zod";
import { UserError } from "../../core/errors.ts";
import { parseMetric } from "./halving.ts";

const RULES = ["median", "divergence"] as const;

/** By which rules trials of a sweep are stopped before their last step, as it is kept. */
export const earlyStopShape = z.strictObject({
  rules: z.array(z.strictObject({ rule: z.enum(RULES), metric: z.string(), isMax: z.boolean() })).min(1),
  /** Steps in which no trial is stopped. Default: a tenth of its steps. */
  grace: z.int().nonnegative().optional(),
});

export type EarlyStop = Readonly<z.infer<typeof earlyStopShape>>;
export type EarlyStopRule = EarlyStop["rules"][number];

/**
 * Parses `median`, `median:test_accuracy`, `divergence` or `divergence:l2`; the stat is the loss unless one is named.
 *
 * @throws {UserError} for any other text.
 */
export function parseEarlyStop(text: string): EarlyStopRule {
  const at = text.indexOf(":");
  const [name, metric] = at < 0 ? [text, "loss"] : [text.slice(0, at), text.slice(at + 1)];
  const rule = RULES.find((known) => known === name);
  if (!rule)
    throw new UserError(`--early-stop ${text}: it must be median or divergence, and may name a stat: median:loss`);
  const parsed = parseMetric(metric, `--early-stop ${text}`);
  if (rule === "divergence" && parsed.isMax)
    throw new UserError(`--early-stop ${text}: what diverges is a stat of which less is better`);
  return { rule, ...parsed };
}

/**
 * Puts the rules of a sweep together, in their order; undefined where there are none.
 *
 * @throws {UserError} for a rule that is there twice, and steps of grace without a rule.
 */
export function earlyStopOf(texts: readonly string[], grace: number | undefined): EarlyStop | undefined {
  if (texts.length === 0) {
    if (grace === undefined) return undefined;
    throw new UserError("--grace: there is no rule; give --early-stop median too");
  }
  const rules = texts.map(parseEarlyStop);
  const names = rules.map(({ rule, metric }) => `${rule}:${metric}`);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw new UserError(`--early-stop: ${twice} is there twice`);
  return { rules, ...(grace !== undefined && { grace }) };
}
