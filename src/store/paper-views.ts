/**
 * Our runs as the figures and claims of the paper take them. Which runs these are may be set on the connection, with
 * `SET VARIABLE paper_runs = ['run-1', …]`; otherwise they are, of each experiment, those of the most steps and, of
 * these, of the newest run's hyper-parameters and data set.
 */

/** Layers of a network of 11 layers that stand where the paper looks into one of 16: ours, the paper's. */
const PLACES: Readonly<Record<string, readonly (readonly [ours: number, paper: number])[]>> = {
  "noisy-batchnorm": [
    [5, 9],
    [8, 13],
  ],
  "learning-rates": [[8, 11]],
  "internal-covariate-shift": [[8, 10]],
  landscape: [[8, 11]],
};

const places = Object.entries(PLACES)
  .flatMap(([experiment, pairs]) => pairs.map(([ours, paper]) => `('${experiment}', ${ours}, ${paper})`))
  .join(", ");

const onPaper = (table: string): string =>
  `${table} JOIN paper_run USING (run_id)
   LEFT JOIN (VALUES ${places}) AS place(at_experiment, at_layer, paper_layer)
     ON at_experiment = experiment AND at_layer = layer AND depth = 11`;

/** SQL that is true of the first record at or after each of about `count` evenly spaced steps of a run. */
export const oneOf = (count: number, partition: string): string =>
  `row_number() OVER (PARTITION BY ${partition}, step // greatest(1, round(steps / ${count}.0)::INTEGER) ORDER BY step) = 1`;

/** The paper's minibatch accuracies are 100 steps of 15,000 apart. */
const RECORDS = 150;

export const PAPER_VIEWS: readonly string[] = [
  // The newest run that ended by itself of each experiment, arm, seed and learning rate.
  `CREATE OR REPLACE VIEW paper_run AS
   WITH ended AS (
     SELECT *, TRY_CAST(hyper ->> 'learningRate' AS DOUBLE) AS learning_rate, TRY_CAST(hyper ->> 'depth' AS INTEGER) AS depth,
       CASE WHEN getvariable('paper_runs') IS NULL
         THEN concat(steps, ' ', dataset, json_merge_patch(hyper, '{"learningRate": null}'::JSON)::VARCHAR) ELSE '' END AS settings
     FROM run WHERE status IN ('completed', 'diverged')
       AND (getvariable('paper_runs') IS NULL OR list_contains(getvariable('paper_runs')::VARCHAR[], run_id))
   ), chosen AS (
     SELECT experiment, arg_max(settings, (steps, started_at, attempt, run_id)) AS settings FROM ended GROUP BY experiment
   )
   SELECT run_id, experiment, arm, seed, learning_rate, steps, status, depth, hyper, dataset, network, backend, started_at
   FROM ended JOIN chosen USING (experiment, settings)
   QUALIFY row_number() OVER (PARTITION BY experiment, arm, seed, learning_rate
     ORDER BY started_at DESC, attempt DESC, run_id DESC) = 1`,

  // Readings of these runs; a layer of a smaller network counts as the paper's in its place.
  `CREATE OR REPLACE VIEW paper_reading AS
   SELECT run_id, experiment, arm, seed, learning_rate, steps, status, step, probe, stat,
     coalesce(paper_layer, layer) AS layer, unit, distance, value
   FROM ${onPaper("reading")}`,

  `CREATE OR REPLACE VIEW paper_histogram AS
   SELECT run_id, experiment, arm, seed, learning_rate, steps, step, site, coalesce(paper_layer, layer) AS layer, unit,
     lo, hi, counts
   FROM ${onPaper("histogram")}`,

  // Minibatch accuracy, about 150 records per run, with the median over five of them (NULL where five do not fit). What
  // a diverged run did not live to see counts as chance among ten classes.
  `CREATE OR REPLACE VIEW paper_accuracy AS
   WITH seen AS (
     SELECT run_id, step, value FROM paper_reading WHERE probe = 'accuracy' AND stat = 'accuracy'
     QUALIFY ${oneOf(RECORDS, "run_id")}
   ), missed AS (
     SELECT run_id, unnest(range(coalesce(last + 1, 0), steps, greatest(1, round(steps / ${RECORDS}.0)::INTEGER))) AS step,
       0.1 AS value
     FROM paper_run LEFT JOIN (SELECT run_id, max(step) AS last FROM seen GROUP BY run_id) USING (run_id)
     WHERE status = 'diverged'
   )
   SELECT run_id, experiment, arm, seed, learning_rate, steps, step, value,
     CASE WHEN count(*) OVER around = 5 THEN median(value) OVER around END AS smooth
   FROM (FROM seen UNION ALL FROM missed) JOIN paper_run USING (run_id)
   WINDOW around AS (PARTITION BY run_id ORDER BY step ROWS BETWEEN 2 PRECEDING AND 2 FOLLOWING)`,
];
