import type { Needs } from "../claim.ts";

/**
 * SQL of what claims measure. Each query gives rows (seed, value, bound): one number per seed, where bound says that the
 * true value is 'at most' or 'at least' this one. Both arms of a comparison have the same seed.
 */

const list = (values: readonly (string | number)[]): string =>
  values.map((value) => (typeof value === "number" ? `${value}::DOUBLE` : `'${value}'`)).join(", ");
const of = ({ experiment, arms, rates }: Needs): string =>
  `experiment = '${experiment}' AND arm IN (${list(arms)}) AND learning_rate IN (${list(rates)})`;

export const FIRST_THIRD = "step * 3 < steps";
export const FIRST_FIFTH = "step * 5 < steps";

/** Writes a / b, also where they are 0 or not finite: what is not finite counts as larger than all that is. */
export const ratio = (a: string, b: string): string =>
  `CASE WHEN isfinite(${a}) AND isfinite(${b}) THEN
     CASE WHEN ${b} <> 0 THEN ${a} / ${b} WHEN ${a} = 0 THEN 1 ELSE 'inf'::DOUBLE END
   WHEN isfinite(${b}) THEN 'inf'::DOUBLE WHEN isfinite(${a}) THEN 0 ELSE 1 END`;

/** Unlike min and max of SQL, NaN is the worst either way. */
const worst = (side: "min" | "max", value: string): string =>
  `CASE WHEN bool_or(isnan(${value})) THEN 'nan'::DOUBLE ELSE ${side}(${value}) END`;

/** exp(mean(ln)). What is infinite or 0 counts like the farthest from 1 of the others, lest one record decide alone. */
const geometricMean = (value: string): string => {
  const counted = (condition: string) => `count(*) FILTER (${condition})`;
  const log = `ln(CASE WHEN ${value} > 0 AND isfinite(${value}) THEN ${value} END)`;
  return `CASE WHEN bool_or(isnan(${value})) THEN 'nan'::DOUBLE WHEN count(${log}) = 0 THEN any_value(${value}) ELSE
    exp((sum(${log}) + max(abs(${log})) * (${counted(`${value} = 'inf'::DOUBLE`)} - ${counted(`${value} = 0`)})) / count(*)) END`;
};

const spread = (value: string): string =>
  `CASE WHEN bool_and(isfinite(${value})) THEN stddev_samp(CASE WHEN isfinite(${value}) THEN ${value} END)
   ELSE 'inf'::DOUBLE END`;

/** The worst, over parts (layers, arms), of `by` of a.value (arms other than `against`) and b.value (arm `against`). */
function compare(perArm: string, against: string, by: string, side: "min" | "max"): string {
  return `WITH measured AS (${perArm})
    SELECT a.seed, ${worst(side, by)} AS value, NULL AS bound FROM measured a JOIN measured b USING (seed, part)
    WHERE a.arm <> '${against}' AND b.arm = '${against}' AND a.value IS NOT NULL AND b.value IS NOT NULL GROUP BY a.seed`;
}

const times = ratio("a.value", "b.value");

/** Measures the first step at which smoothed accuracy reaches `level`: arm over against. Who never does takes at least its whole run. */
export const stepsTo = (needs: Needs, level: number, arm: string, against: string): string =>
  `WITH reached AS (
     SELECT arm, seed, any_value(steps) AS steps, min(step) FILTER (smooth >= ${level}) AS step
     FROM paper_accuracy WHERE ${of(needs)} GROUP BY arm, seed)
   SELECT a.seed,
     CASE WHEN a.step IS NOT NULL OR b.step IS NOT NULL
       THEN coalesce(a.step, a.steps)::DOUBLE / coalesce(b.step, b.steps) END AS value,
     CASE WHEN a.step IS NULL THEN 'at least' WHEN b.step IS NULL THEN 'at most' END AS bound
   FROM reached a JOIN reached b USING (seed) WHERE a.arm = '${arm}' AND b.arm = '${against}'`;

/** Measures the difference in points of mean minibatch accuracy; `absolute` for "within". */
export const meanAccuracy = (needs: Needs, against: string, when: string, absolute = false): string =>
  compare(
    `SELECT arm, seed, 0 AS part, 100 * avg(value) AS value FROM paper_accuracy WHERE ${of(needs)} AND ${when} GROUP BY ALL`,
    against,
    absolute ? "abs(a.value - b.value)" : "a.value - b.value",
    absolute ? "max" : "min",
  );

/** Measures the difference in points of the last smoothed minibatch accuracy. */
export const finalAccuracy = (needs: Needs, against: string): string =>
  compare(
    `SELECT arm, seed, 0 AS part, 100 * arg_max(smooth, step) AS value FROM paper_accuracy
     WHERE ${of(needs)} AND smooth IS NOT NULL GROUP BY ALL`,
    against,
    "abs(a.value - b.value)",
    "max",
  );

/** Measures the largest smoothed minibatch accuracy, in percent. */
export const largestAccuracy = (needs: Needs): string =>
  `SELECT seed, 100 * max(smooth) AS value, NULL AS bound FROM paper_accuracy WHERE ${of(needs)} GROUP BY seed`;

/** Test accuracy in percent; a diverged run without any is at chance, among ten classes. */
const testAccuracy = (needs: Needs, aggregate: string): string =>
  `SELECT arm, seed, 0 AS part, CASE WHEN any_value(status) = 'diverged' AND '${aggregate}' = 'last' THEN 10
     WHEN any_value(status) = 'diverged' THEN coalesce(100 * max(reading.value), 10)
     WHEN '${aggregate}' = 'last' THEN 100 * arg_max(reading.value, step) ELSE 100 * max(reading.value) END AS value
   FROM paper_run LEFT JOIN (SELECT run_id, step, value FROM paper_reading
     WHERE probe = 'accuracy' AND stat = 'test_accuracy') AS reading USING (run_id)
   WHERE ${of(needs)} GROUP BY arm, seed`;

/** Measures the last test accuracy, in percent. */
export const finalTest = (needs: Needs): string =>
  `SELECT seed, value, NULL AS bound FROM (${testAccuracy(needs, "last")}) WHERE value IS NOT NULL`;

/** Measures the largest test accuracy, in percent. */
export const largestTest = (needs: Needs): string =>
  `SELECT seed, value, NULL AS bound FROM (${testAccuracy(needs, "max")}) WHERE value IS NOT NULL`;

/** Measures the difference in points of last test accuracies, the least over arms. */
export const finalTestAbove = (needs: Needs, against: string): string =>
  compare(testAccuracy(needs, "last"), against, "a.value - b.value", "min");

/** Loss at a fraction of training; at the end, a diverged run's is infinite. */
const lossAt = (needs: Needs, fraction: number): string =>
  `SELECT arm, seed, 0 AS part, CASE WHEN any_value(status) = 'diverged' AND ${fraction} * any_value(steps) > max(step) THEN 'inf'::DOUBLE
     ELSE arg_min(value, (abs(step - ${fraction} * steps), step)) END AS value
   FROM paper_reading WHERE ${of(needs)} AND probe = 'loss' AND stat = 'loss' GROUP BY arm, seed`;

/** Measures the ratio of losses at a fraction of training, the largest over arms. */
export const lossRatio = (needs: Needs, against: string, fraction = 1): string =>
  compare(lossAt(needs, fraction), against, times, "max");

/** Measures how far the ratio of losses at a fraction of training is from 1, the largest over arms. */
export const lossApart = (needs: Needs, against: string, fraction: number): string =>
  compare(lossAt(needs, fraction), against, `abs(${times} - 1)`, "max");

const middle = (needs: Needs, probe: string, stat: string, where = "true"): string =>
  `SELECT arm, seed, coalesce(layer, 0) AS part, median(value) AS value FROM paper_reading
   WHERE ${of(needs)} AND probe = '${probe}' AND stat = '${stat}' AND ${where} GROUP BY ALL`;
/** Measures the ratio of medians over records, the least over layers and arms. */
export const medianRatio = (needs: Needs, against: string, probe: string, stat: string): string =>
  compare(middle(needs, probe, stat), against, times, "min");

/** Measures the difference of medians over records, the least over layers and arms. */
export const medianAbove = (
  needs: Needs,
  against: string,
  probe: string,
  stat: string,
  side: "min" | "max",
  where?: string,
): string => compare(middle(needs, probe, stat, where), against, "a.value - b.value", side);

/** Measures the largest median over records. */
export const largestMedian = (needs: Needs, probe: string, stat: string): string =>
  `SELECT seed, ${worst("max", "value")} AS value, NULL AS bound FROM (${middle(needs, probe, stat)}) GROUP BY seed`;

/** Measures the share of records, the least over layers, at which `holds` of a.value and b.value is so. */
export const share = (needs: Needs, against: string, stat: string, holds: string, when: string): string =>
  `WITH record AS (SELECT arm, seed, layer, step, steps, value FROM paper_reading
     WHERE ${of(needs)} AND probe = 'ics' AND stat = '${stat}' AND ${when})
   SELECT seed, min(part) AS value, NULL AS bound FROM (
     SELECT a.seed, a.layer, 100 * avg((${holds})::INTEGER) AS part FROM record a JOIN record b USING (seed, layer, step)
     WHERE a.arm <> '${against}' AND b.arm = '${against}' GROUP BY ALL) GROUP BY seed`;

/** Measures the share of an arm's records, in percent, at which a condition holds, the least over layers. */
export const shareAlone = (needs: Needs, stat: string, holds: string): string =>
  `SELECT seed, min(part) AS value, NULL AS bound FROM (
     SELECT seed, layer, 100 * avg((${holds})::INTEGER) AS part FROM paper_reading
     WHERE ${of(needs)} AND probe = 'ics' AND stat = '${stat}' GROUP BY ALL) GROUP BY seed`;

/** Measures the median of |moment 100 steps later - moment|: arms over against, the least over layers and arms. */
export const momentChange = (needs: Needs, against: string, stat: string, units: "IS NULL" | "IS NOT NULL"): string =>
  compare(
    `WITH moment AS (SELECT * FROM paper_reading WHERE ${of(needs)} AND probe = 'moments' AND stat = '${stat}' AND unit ${units})
     SELECT a.arm, a.seed, a.layer AS part, median(abs(b.value - a.value)) AS value FROM moment a JOIN moment b
       ON b.run_id = a.run_id AND b.layer = a.layer AND b.unit IS NOT DISTINCT FROM a.unit AND b.step = a.step + 100
     GROUP BY ALL`,
    against,
    times,
    "min",
  );

/** Widths of a band at the first third's records, standard beside each other arm: parts (seed, part, a, b). */
const widths = (needs: Needs, probe: string, name: string): string =>
  `WITH width AS (
     SELECT arm, seed, step, CASE WHEN bool_and(isfinite(value))
       THEN max(value) FILTER (stat = '${name}_max') - max(value) FILTER (stat = '${name}_min') ELSE 'inf'::DOUBLE END AS value
     FROM paper_reading WHERE ${of(needs)} AND probe = '${probe}' AND stat IN ('${name}_min', '${name}_max') AND ${FIRST_THIRD}
     GROUP BY ALL)
   SELECT seed, a.arm AS part, a.value AS a, b.value AS b FROM width a JOIN width b USING (seed, step)
   WHERE a.arm <> 'standard' AND b.arm = 'standard'`;
const leastOverArms = (aggregate: string, pairs: string): string =>
  `SELECT seed, ${worst("min", "part_value")} AS value, NULL AS bound
   FROM (SELECT seed, part, ${aggregate} AS part_value FROM (${pairs}) GROUP BY seed, part) GROUP BY seed`;
/** Measures the geometric mean, over the first third, of standard's width over the arm's. */
export const widthRatio = (needs: Needs, probe: string, name: string): string =>
  leastOverArms(geometricMean(ratio("b", "a")), widths(needs, probe, name));

/** Measures the share of records, in percent, at which the arm's width is below standard's, the least over arms. */
export const narrower = (needs: Needs, probe: string, name: string): string =>
  leastOverArms("100 * avg((a < b)::INTEGER)", widths(needs, probe, name));

const betas = (needs: Needs, aggregate: string): string =>
  `SELECT arm, seed, 0 AS part, ${aggregate} AS value FROM paper_reading
   WHERE ${of(needs)} AND probe = 'gradient_steps' AND stat = 'beta' AND distance IS NULL GROUP BY ALL`;

/** Measures the spread of β, the arm's over standard's, the largest over arms. */
export const betaSpread = (needs: Needs): string => compare(betas(needs, spread("value")), "standard", times, "max");

/** Measures the largest β, standard's over the arm's, the least over arms. */
export const betaLargest = (needs: Needs): string =>
  compare(betas(needs, worst("max", "value")), "standard", ratio("b.value", "a.value"), "min");

/** Measures D(largest η) / D(least η), median over records: standard's over the arm's. */
export const growth = (needs: Needs): string =>
  compare(
    `SELECT arm, seed, 0 AS part, median(${ratio("top", "bottom")}) AS value FROM (
       SELECT arm, seed, step, arg_max(value, distance) AS top, arg_min(value, distance) AS bottom FROM paper_reading
       WHERE ${of(needs)} AND probe = 'gradient_steps' AND stat = 'gradient_difference' AND distance IS NOT NULL GROUP BY ALL)
     GROUP BY arm, seed`,
    "standard",
    ratio("b.value", "a.value"),
    "min",
  );

/** Measures the largest over least learning rate that reaches `level`: arm over against. An arm that none serves has range 1. */
export const trainableRange = (needs: Needs, level: number, arm: string, against: string): string =>
  `WITH best AS (SELECT arm, seed, learning_rate, max(smooth) >= ${level} AS reaches FROM paper_accuracy WHERE ${of(needs)} GROUP BY ALL),
   width AS (
     SELECT arm, seed, max(learning_rate) FILTER (reaches) / min(learning_rate) FILTER (reaches) AS width FROM best GROUP BY ALL)
   SELECT a.seed, CASE WHEN a.width IS NOT NULL OR b.width IS NOT NULL THEN coalesce(a.width, 0) / coalesce(b.width, 1) END AS value,
     CASE WHEN b.width IS NULL THEN 'at least' END AS bound
   FROM width a JOIN width b USING (seed) WHERE a.arm = '${arm}' AND b.arm = '${against}'`;

/** Measures the Wasserstein-1 distance of a unit's histogram to its next, over its own deviation; median over records. */
export const histogramDrift = (needs: Needs, against: string): string =>
  compare(
    `WITH record AS (
       SELECT arm, seed, layer, unit, lo, hi, counts, list_sum(counts) AS total,
         row_number() OVER (PARTITION BY run_id, layer, unit ORDER BY step) AS record
       FROM paper_histogram WHERE ${of(needs)} AND unit IS NOT NULL AND isfinite(lo) AND isfinite(hi)
     ), bin AS (
       SELECT * EXCLUDE (counts), unnest(counts) / total AS mass,
         lo + (hi - lo) * (generate_subscripts(counts, 1) - 0.5) / len(counts) AS x FROM record WHERE total > 0
     ), own AS (
       SELECT arm, seed, layer, unit, record, sqrt(greatest(sum(mass * x * x) - sum(mass * x) ** 2, 0)) AS deviation
       FROM bin GROUP BY ALL
     ), signed AS (
       SELECT arm, seed, layer, unit, record, x, mass FROM bin
       UNION ALL SELECT arm, seed, layer, unit, record - 1, x, -mass FROM bin
     ), walked AS (
       SELECT *, sum(mass) OVER (near ORDER BY x ROWS UNBOUNDED PRECEDING) AS above,
         lead(x) OVER (near ORDER BY x) - x AS gap, max(mass) OVER near > 0 AND min(mass) OVER near < 0 AS paired
       FROM signed WINDOW near AS (PARTITION BY arm, seed, layer, unit, record)
     ), distance AS (
       SELECT arm, seed, layer, unit, record, sum(abs(above) * gap) AS distance FROM walked WHERE paired GROUP BY ALL)
     SELECT arm, seed, layer AS part, median(${ratio("distance", "deviation")}) AS value
     FROM distance JOIN own USING (arm, seed, layer, unit, record) GROUP BY ALL`,
    against,
    times,
    "max",
  );

/** Measures the largest error, or the smallest margin, of a theorem over records, layers, networks and, as it has no exceptions, seeds. */
export const theorem = (needs: Needs, stat: string, side: "min" | "max", condition = "true"): string =>
  `WITH looked AS (
     SELECT seed, max(value) FILTER (stat = '${stat}') AS value, ${condition} AS holds
     FROM paper_reading WHERE ${of(needs)} AND probe = 'theory' GROUP BY seed, run_id, layer, step)
   SELECT DISTINCT seed, (SELECT ${worst(side, "value")} FROM looked WHERE holds AND value IS NOT NULL) AS value, NULL AS bound
   FROM looked WHERE holds AND value IS NOT NULL`;

/** Writes the SQL that picks a stat of a record. */
export const fact = (stat: string): string => `max(value) FILTER (stat = '${stat}')`;
