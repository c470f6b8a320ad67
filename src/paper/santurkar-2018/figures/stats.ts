import type { Stat } from "../../figure-record.ts";
import { isOneOf } from "../../thinned.ts";
import { VGG_RECORDS } from "../accuracy-view.ts";

const DEEP_LINEAR_RECORDS = 200;

const reading = (probe: string, stat: string, factor = 1, records?: number): string =>
  `SELECT *, ${factor} * value AS scaled FROM paper_reading
   WHERE probe = '${probe}' AND stat = '${stat}' AND unit IS NULL AND distance IS NULL
   ${records === undefined ? "" : `QUALIFY ${isOneOf(records, "run_id")}`}`;

/** One unit per run and layer: Figure 8 is of one example activation. */
const moment = (stat: string): string =>
  `SELECT * FROM paper_reading WHERE probe = 'moments' AND stat = '${stat}' AND unit IS NOT NULL
   QUALIFY dense_rank() OVER (PARTITION BY run_id, layer ORDER BY unit) = 1`;

/** 100 steps apart, as the paper's records are. */
const change = (stat: string): string =>
  `WITH moment AS (${moment(stat)})
   SELECT a.*, abs(b.value - a.value) AS scaled
   FROM moment a JOIN moment b ON b.run_id = a.run_id AND b.layer = a.layer AND b.step = a.step + 100`;

const drift = (stat: string): string =>
  `SELECT *, value - first(value) OVER (PARTITION BY run_id, layer ORDER BY step) AS scaled FROM (${moment(stat)})`;

const moments = (of: (stat: string) => string, suffix: string): readonly Stat[] =>
  ["mean", "variance"].map((stat) => ({
    name: `${stat}_${suffix}`,
    panel: stat,
    ours: of(stat),
    paper: `${stat}_${suffix}`,
  }));

/** In percent. */
export const TRAIN_ACCURACY: Stat = {
  name: "train_accuracy",
  ours: reading("accuracy", "accuracy", 100, VGG_RECORDS),
  paper: "train_accuracy_percent",
};

/** In percent. */
export const TEST_ACCURACY: Stat = {
  name: "test_accuracy",
  ours: reading("accuracy", "test_accuracy", 100),
  paper: "test_accuracy_percent",
};

/** Loss of the deep linear network. */
export const DEEP_LOSS: Stat = { name: "loss", ours: reading("loss", "loss", 1, DEEP_LINEAR_RECORDS), paper: "loss" };

/** The largest change of the gradient per distance. */
export const BETA: Stat = { name: "beta", ours: reading("gradient_steps", "beta"), paper: "beta" };

/** How far a unit's mean and variance are from those 100 steps later. */
export const MOMENT_CHANGES = moments(change, "change");

/** How far a unit's mean and variance are from the first record's. */
export const MOMENT_DRIFTS = moments(drift, "drift");

/** Measures the least and largest over distances along the gradient. */
export const band = (name: "loss" | "gradient_difference"): Stat => ({
  name,
  ours: `SELECT run_id, experiment, arm, seed, learning_rate, layer, step, NULL AS scaled,
      max(value) FILTER (stat = '${name}_min') AS bottom, max(value) FILTER (stat = '${name}_max') AS top
    FROM paper_reading WHERE probe = 'gradient_steps' AND stat IN ('${name}_min', '${name}_max') GROUP BY ALL`,
  paper: { low: `${name}_min`, high: `${name}_max` },
});

/** Measures internal covariate shift of a layer. */
export const icsStat = (name: "l2" | "cosine"): Stat => ({ name, ours: reading("ics", name), paper: `ics_${name}` });
