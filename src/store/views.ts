/**
 * Loss and accuracy of whole runs. Each is looked for while the table is scanned; what OR joins would be looked at row by row
 * afterwards. It is written out where it is used: a CTE that is used twice DuckDB keeps in memory whole, and of a view that
 * says NOT MATERIALIZED it forgets that when the file is opened again.
 */
const HEADLINE = ["loss", "accuracy"]
  .map(
    (name) => `SELECT run_id, stat, step, value FROM reading
       WHERE probe = '${name}' AND stat = '${name}' AND layer IS NULL AND unit IS NULL AND distance IS NULL`,
  )
  .join(" UNION ALL ");

/** Views that answer the usual questions in one line. Written anew whenever a store is opened for writing. */
export const VIEWS: readonly string[] = [
  `CREATE OR REPLACE VIEW curve AS
   SELECT run_id, experiment, arm, seed, hyper, step, probe, stat, layer, unit, distance, value
   FROM reading JOIN run USING (run_id)`,

  // "Final" is the mean of the last 5 % of readings, of at least ten.
  `CREATE OR REPLACE VIEW run_summary AS
   WITH bound AS (
     -- No more than the last tenth is put in order, or the last 200.
     SELECT run_id, stat, count(*) AS total, if(count(*) <= 200, min(step), quantile_disc(step, 0.9)) AS lowest
     FROM (${HEADLINE}) AS headline GROUP BY run_id, stat
   ), counted AS (
     SELECT run_id, stat, value, total, row_number() OVER (PARTITION BY run_id, stat ORDER BY step DESC) AS back
     FROM (${HEADLINE}) AS headline JOIN bound USING (run_id, stat) WHERE step >= lowest
   ), final AS (
     SELECT run_id, avg(value) FILTER (stat = 'loss') AS loss, avg(value) FILTER (stat = 'accuracy') AS accuracy
     FROM counted WHERE back <= greatest(10, ceil(0.05 * total)) GROUP BY run_id
   ), seen AS (
     SELECT run_id, max(step) + 1 AS steps_seen FROM reading GROUP BY run_id
   ), measured AS (
     SELECT run_id, arg_max(value, step) FILTER (probe = 'accuracy' AND stat = 'test_accuracy') AS test_accuracy,
       median(value) FILTER (probe = 'timing' AND stat = 'steps_per_second') AS steps_per_second,
       max(value) FILTER (probe = 'timing' AND stat = 'milliseconds') AS trained
     FROM reading WHERE probe IN ('accuracy', 'timing') AND stat IN ('test_accuracy', 'steps_per_second', 'milliseconds')
     GROUP BY run_id
   ), broken AS (
     SELECT run_id, max(step) FILTER (name = 'diverged') AS diverged_at, bool_or(name = 'resumed') AS resumed,
       max(TRY_CAST(data->>'steps' AS INTEGER)) FILTER (name = 'ended_early') AS ended_after
     FROM event WHERE name IN ('diverged', 'resumed', 'ended_early') GROUP BY run_id
   ), timed AS (
     -- A run that diverged at a step has not made its update: it has done the steps before, as many as its number.
     -- Of a run that was interrupted, the time between is none of its own.
     SELECT *, if(coalesce(resumed, false), trained, epoch_ms(ended_at - started_at)) / 1000 AS seconds,
       CASE status WHEN 'completed' THEN coalesce(ended_after, steps)
         WHEN 'diverged' THEN coalesce(diverged_at, steps_seen, 0)
         ELSE least(steps, coalesce(steps_seen, 0)) END AS steps_done
     FROM run LEFT JOIN seen USING (run_id) LEFT JOIN measured USING (run_id) LEFT JOIN broken USING (run_id)
   )
   SELECT run_id, experiment, arm, seed, status, steps_done, steps, loss AS final_loss,
     accuracy AS final_train_accuracy, test_accuracy,
     coalesce(steps_per_second, CASE WHEN seconds > 0 THEN steps_done / seconds END) AS steps_per_second,
     seconds, hyper, started_at
   FROM timed LEFT JOIN final USING (run_id)
   ORDER BY started_at, run_id`,

  // What each probe took of its run: calls and milliseconds are counted up, so the largest is the last.
  `CREATE OR REPLACE VIEW probe_cost AS
   WITH counted AS (
     SELECT run_id, probe, max(value) FILTER (stat = 'calls') AS calls, max(value) FILTER (stat = 'milliseconds') AS spent
     FROM reading WHERE starts_with(probe, 'cost/') OR (probe = 'timing' AND stat = 'milliseconds') GROUP BY run_id, probe
   ), total AS (SELECT run_id, spent AS total FROM counted WHERE probe = 'timing')
   SELECT run_id, experiment, arm, seed, probe[6:] AS probe, calls::BIGINT AS calls, spent AS milliseconds,
     spent / calls AS ms_per_call, spent / total AS share
   FROM counted JOIN total USING (run_id) JOIN run USING (run_id)
   WHERE calls > 0 ORDER BY run_id, spent DESC`,

  // Of a trial that an earlier run had the result of, that run. A trial whose run was removed has no result any more: it is `gone`;
  // one that diverged has what it had come to before.
  `CREATE OR REPLACE VIEW sweep_result AS
   SELECT trial.sweep_id, trial.trial_id, summary.experiment, trial.arm, trial.seed, trial.rung, trial.hyper,
     CASE WHEN trial.state IN ('completed', 'stopped') AND summary.run_id IS NULL THEN 'gone'
       WHEN trial.state = 'completed' AND summary.status = 'diverged' THEN 'diverged' ELSE trial.state END AS state,
     trial.attempts, trial.run_id, summary.status, summary.steps_done, summary.final_loss, summary.final_train_accuracy,
     summary.test_accuracy, summary.seconds, trial.error
   FROM trial LEFT JOIN run_summary AS summary USING (run_id)
   ORDER BY trial.sweep_id, trial.rung, trial.seed, trial.trial_id`,

  // Numbers of trials with a result alone: one that diverged or was stopped early has none at its last step.
  `CREATE OR REPLACE VIEW sweep_setting AS
   SELECT sweep_id, any_value(experiment) AS experiment, arm, hyper, count(*) AS trials,
     count(*) FILTER (state = 'completed') AS completed, count(*) FILTER (state = 'diverged') AS diverged,
     count(*) FILTER (state = 'stopped') AS stopped, count(*) FILTER (state = 'failed') AS failed,
     ${["test_accuracy", "final_loss", "final_train_accuracy"]
       .flatMap((name) =>
         [
           ["avg", ""],
           ["min", "_low"],
           ["max", "_high"],
         ].map(([of, end]) => `${of}(${name}) FILTER (state = 'completed') AS ${name}${end}`),
       )
       .join(", ")}
   FROM sweep_result GROUP BY sweep_id, arm, hyper ORDER BY sweep_id, arm, hyper::VARCHAR`,

  `CREATE OR REPLACE VIEW latest_run AS
   SELECT * FROM run WHERE status = 'completed'
   QUALIFY row_number() OVER (
     PARTITION BY experiment, arm, seed, hyper::VARCHAR, dataset, backend ORDER BY started_at DESC, attempt DESC, run_id DESC) = 1`,
];
