import type { LayerMap } from "./layer-map.ts";

/** A layer of a shallower network, and the paper's in whose place it stands. */
type Place = readonly [experiment: string, depth: number, ours: number, paper: number];

const placesOf = (map: LayerMap): readonly Place[] =>
  Object.entries(map).flatMap(([experiment, { layers, inPlace }]) =>
    Object.entries(inPlace).flatMap(([depth, ours]) =>
      ours.flatMap((layer, i): Place[] =>
        layer === layers[i] ? [] : [[experiment, Number(depth), layer, layers[i]!]],
      ),
    ),
  );

/** Writes places as SQL that gives at_experiment, at_depth, at_layer, paper_layer. */
function tableOf(places: readonly Place[]): string {
  const values = places.map(([experiment, ...numbers]) => `('${experiment}', ${numbers.join(", ")})`);
  // VALUES cannot be empty.
  const all = values.length > 0 ? `VALUES ${values.join(", ")}` : "SELECT '', 0, 0, 0 WHERE false";
  return `(${all}) AS place(at_experiment, at_depth, at_layer, paper_layer)`;
}

function onPaper(table: string, places: readonly Place[]): string {
  return `${table} JOIN paper_run USING (run_id)
   LEFT JOIN ${tableOf(places)}
     ON at_experiment = experiment AND at_depth = depth AND at_layer = layer`;
}

/**
 * Makes the views of our runs as figures and claims take them. Which runs these are may be set on the connection, with
 * `SET VARIABLE paper_runs = ['run-1', …]`; otherwise they are, of each experiment, those of the most steps and, of
 * these, of the newest run's hyper-parameters and data set.
 */
export function runViews(maps: readonly LayerMap[]): readonly string[] {
  const places = maps.flatMap(placesOf);
  return [
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

    // Readings of these runs; a layer of a shallower network counts as the paper's in its place.
    `CREATE OR REPLACE VIEW paper_reading AS
     SELECT run_id, experiment, arm, seed, learning_rate, steps, status, step, probe, stat,
       coalesce(paper_layer, layer) AS layer, unit, distance, value, layer AS measured_layer
     FROM ${onPaper("reading", places)}`,

    `CREATE OR REPLACE VIEW paper_histogram AS
     SELECT run_id, experiment, arm, seed, learning_rate, steps, step, site, coalesce(paper_layer, layer) AS layer, unit,
       lo, hi, counts, layer AS measured_layer
     FROM ${onPaper("histogram", places)}`,

    // Which layer of these runs stands for one of the paper's; its own, in networks of the paper's depth.
    `CREATE OR REPLACE VIEW paper_layer AS
     WITH place AS (SELECT * FROM ${tableOf(places)})
     SELECT DISTINCT experiment, shown.paper_layer AS layer, coalesce(place.at_layer, shown.paper_layer) AS measured_layer
     FROM paper_run JOIN (SELECT DISTINCT at_experiment, paper_layer FROM place) AS shown ON shown.at_experiment = experiment
     LEFT JOIN place ON place.at_experiment = experiment AND at_depth = depth AND place.paper_layer = shown.paper_layer`,
  ];
}
