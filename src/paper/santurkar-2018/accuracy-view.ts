import { isOneOf } from "../thinned.ts";

/** The paper's minibatch accuracies are 100 steps of 15,000 apart. */
export const VGG_RECORDS = 150;

/**
 * View `paper_accuracy`: minibatch accuracy, about 150 records per run, with the median over five of them (NULL where five
 * do not fit). What a diverged run did not live to see counts as chance among ten classes.
 */
export const ACCURACY_VIEW = `CREATE OR REPLACE VIEW paper_accuracy AS
   WITH seen AS (
     SELECT run_id, step, value FROM paper_reading WHERE probe = 'accuracy' AND stat = 'accuracy'
     QUALIFY ${isOneOf(VGG_RECORDS, "run_id")}
   ), missed AS (
     SELECT run_id, unnest(range(coalesce(last + 1, 0), steps, greatest(1, round(steps / ${VGG_RECORDS}.0)::INTEGER))) AS step,
       0.1 AS value
     FROM paper_run LEFT JOIN (SELECT run_id, max(step) AS last FROM seen GROUP BY run_id) USING (run_id)
     WHERE status = 'diverged'
   )
   SELECT run_id, experiment, arm, seed, learning_rate, steps, step, value,
     CASE WHEN count(*) OVER around = 5 THEN median(value) OVER around END AS smooth
   FROM (FROM seen UNION ALL FROM missed) JOIN paper_run USING (run_id)
   WINDOW around AS (PARTITION BY run_id ORDER BY step ROWS BETWEEN 2 PRECEDING AND 2 FOLLOWING)`;
