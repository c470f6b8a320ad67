import { oneOf } from "./paper-views.ts";

/**
 * Views `figure_1a` … `figure_13d`: ours beside the paper's. Columns of the curves:
 *
 *     panel, arm    which small multiple and which curve; a learning rate stands where the paper tells several apart
 *     source, line  'ours' or 'paper'; Figure 11: the step a line was measured at, otherwise ''
 *     stat          what is plotted, in the paper's units (accuracies in percent)
 *     x, y          step (Figure 11: distance) and the median over seeds; NULL for a band
 *     low, high     range over seeds; for a band, the medians of its edges
 *
 * of the ridges (1c, right half of 2, 6, 9), ours alone, one unit of the least seed: panel, arm, step, lo, hi, counts.
 */
interface Plot {
  readonly figure: string;
  readonly experiment: string;
  readonly rates: readonly number[];
  readonly arms?: readonly string[];
  readonly layers?: readonly number[];
}

interface Curves extends Plot {
  /** Where learning rates are told apart. */
  readonly rateIn?: "arm" | "panel";
  readonly stats: readonly Stat[];
}

interface Stat {
  /** Name in the view; panels are told apart by it where `panel` is given. */
  readonly name: string;
  readonly panel?: string;
  readonly layers?: readonly number[];
  /** SQL over `paper_reading` that gives arm, seed, learning_rate, layer, step and value (band: low and high too). */
  readonly ours: string;
  readonly paper: string | { readonly low: string; readonly high: string };
}

const VGG_RECORDS = 150;
const DEEP_LINEAR_RECORDS = 200;

const reading = (probe: string, stat: string, factor = 1, records?: number): string =>
  `SELECT *, ${factor} * value AS scaled FROM paper_reading
   WHERE probe = '${probe}' AND stat = '${stat}' AND unit IS NULL AND distance IS NULL
   ${records === undefined ? "" : `QUALIFY ${oneOf(records, "run_id")}`}`;

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

const trainAccuracy: Stat = {
  name: "train_accuracy",
  ours: reading("accuracy", "accuracy", 100, VGG_RECORDS),
  paper: "train_accuracy_percent",
};
const testAccuracy: Stat = {
  name: "test_accuracy",
  ours: reading("accuracy", "test_accuracy", 100),
  paper: "test_accuracy_percent",
};
const deepLoss: Stat = { name: "loss", ours: reading("loss", "loss", 1, DEEP_LINEAR_RECORDS), paper: "loss" };
const beta: Stat = { name: "beta", ours: reading("gradient_steps", "beta"), paper: "beta" };
const band = (name: string): Stat => ({
  name,
  ours: `SELECT run_id, experiment, arm, seed, learning_rate, layer, step, NULL AS scaled,
      max(value) FILTER (stat = '${name}_min') AS bottom, max(value) FILTER (stat = '${name}_max') AS top
    FROM paper_reading WHERE probe = 'gradient_steps' AND stat IN ('${name}_min', '${name}_max') GROUP BY ALL`,
  paper: { low: `${name}_min`, high: `${name}_max` },
});
const ics = (stat: string, layers: readonly number[]): Stat => ({
  name: stat,
  layers,
  ours: reading("ics", stat),
  paper: `ics_${stat}`,
});
const moments = (of: (stat: string) => string, suffix: string): readonly Stat[] =>
  ["mean", "variance"].map((stat) => ({
    name: `${stat}_${suffix}`,
    panel: stat,
    layers: [2, 9, 13],
    ours: of(stat),
    paper: `${stat}_${suffix}`,
  }));

const PAIR = ["standard", "batchNorm"];
const NOISY = [...PAIR, "noisyBatchNorm"];
const FIVE = [...PAIR, "l1Norm", "l2Norm", "lInfNorm"];
const at = (figure: string, experiment: string, rates: readonly number[], arms: readonly string[]) => ({
  figure,
  experiment,
  rates,
  arms,
});

const CURVES: readonly Curves[] = [
  { ...at("1a", "learning-rates", [0.1, 0.5], PAIR), rateIn: "arm", stats: [trainAccuracy] },
  { ...at("1b", "learning-rates", [0.1, 0.5], PAIR), rateIn: "arm", stats: [testAccuracy] },
  { ...at("2", "noisy-batchnorm", [0.1], NOISY), stats: [trainAccuracy] },
  {
    ...at("3a", "internal-covariate-shift", [0.1, 0.01], PAIR),
    rateIn: "panel",
    stats: [trainAccuracy, ics("l2", [5, 10]), ics("cosine", [5, 10])],
  },
  {
    ...at("3b", "deep-linear", [1e-6, 1e-7], PAIR),
    rateIn: "panel",
    stats: [deepLoss, ics("l2", [9, 17]), ics("cosine", [9, 17])],
  },
  { ...at("4a", "landscape", [0.1], PAIR), stats: [band("loss")] },
  { ...at("4b", "landscape", [0.1], PAIR), stats: [band("gradient_difference")] },
  { ...at("4c", "landscape", [0.1], PAIR), stats: [beta] },
  { ...at("5a", "landscape", [0.1], FIVE), stats: [trainAccuracy] },
  { ...at("5b", "deep-linear", [1e-6], FIVE), stats: [deepLoss] },
  { ...at("8a", "noisy-batchnorm", [0.1], NOISY), stats: moments(change, "change") },
  { ...at("8b", "noisy-batchnorm", [0.1], NOISY), stats: moments(drift, "drift") },
  { ...at("10a", "deep-linear", [1e-6], PAIR), stats: [band("loss")] },
  { ...at("10b", "deep-linear", [1e-6], PAIR), stats: [band("gradient_difference")] },
  { ...at("10c", "deep-linear", [1e-6], PAIR), stats: [beta] },
  { ...at("12a", "landscape", [0.1], FIVE), stats: [trainAccuracy] },
  { ...at("12b", "landscape", [0.1], FIVE), stats: [band("loss")] },
  { ...at("12c", "landscape", [0.1], FIVE), stats: [band("gradient_difference")] },
  { ...at("12d", "landscape", [0.1], FIVE), stats: [beta] },
  { ...at("13a", "deep-linear", [1e-6], FIVE), stats: [deepLoss] },
  { ...at("13b", "deep-linear", [1e-6], FIVE), stats: [band("loss")] },
  { ...at("13c", "deep-linear", [1e-6], FIVE), stats: [band("gradient_difference")] },
  { ...at("13d", "deep-linear", [1e-6], FIVE), stats: [beta] },
];

const PROFILES: readonly (Plot & { readonly paperStep: string })[] = [
  { ...at("11a", "landscape", [0.1], PAIR), paperStep: "step" },
  // The digitised lines carry no step; their values are those of Figure 10b at these, of 50 steps per record.
  { ...at("11b", "deep-linear", [1e-6], PAIR), paperStep: "50 + 150 * line::INTEGER" },
];

const RIDGES: readonly Plot[] = [
  { ...at("1c", "learning-rates", [0.1], PAIR), layers: [3, 11] },
  { ...at("2_right", "noisy-batchnorm", [0.1], NOISY), layers: [2, 9, 13] },
  { ...at("6", "landscape", [0.1], FIVE), layers: [11] },
  { ...at("9", "deep-linear", [1e-6], ["standard"]), layers: [1, 11, 24] },
];

const number = (value: number): string => (value < 1e-3 ? value.toExponential() : String(value));
const list = (values: readonly (number | string)[]): string =>
  values.map((value) => (typeof value === "number" ? number(value) : `'${value}'`)).join(", ");
const ofPlot = ({ experiment, rates, arms }: Plot): string =>
  `experiment = '${experiment}' AND learning_rate IN (${list(rates)}) AND arm IN (${list(arms ?? [])})`;

function labels({ rates, rateIn }: Curves, { panel, layers }: Stat): string {
  const rate = `'lr ' || CASE learning_rate ${rates.map((r) => `WHEN ${number(r)} THEN '${number(r)}'`).join(" ")} END`;
  const parts = [
    ...(panel === undefined ? [] : [`'${panel}'`]),
    ...(rateIn === "panel" ? [rate] : []),
    ...(layers === undefined ? [] : ["'layer ' || layer"]),
  ];
  return `concat_ws(', ', ${["NULL", ...parts].join(", ")}) AS panel,
    ${rateIn === "arm" ? `concat_ws(', ', arm, ${rate})` : "arm"} AS arm`;
}

function curves(plot: Curves): string {
  const selects = plot.stats.flatMap((stat) => {
    const { name, ours, paper, layers } = stat;
    const here = layers === undefined ? "" : `AND layer IN (${list(layers)})`;
    const isBand = typeof paper !== "string";
    const [low, high] = isBand ? ["median(bottom)", "median(top)"] : ["min(scaled)", "max(scaled)"];
    const theirs = isBand
      ? `NULL, max(value) FILTER (stat = '${paper.low}'), max(value) FILTER (stat = '${paper.high}')`
      : "any_value(value), any_value(value), any_value(value)";
    const stats = isBand ? [paper.low, paper.high] : [paper];
    return [
      `SELECT ${labels(plot, stat)}, 'ours' AS source, '' AS line, '${name}' AS stat, step::DOUBLE AS x,
         ${isBand ? "NULL::DOUBLE" : "median(scaled)"} AS y, ${low} AS low, ${high} AS high
       FROM (${ours}) WHERE ${ofPlot(plot)} ${here} GROUP BY ALL`,
      `SELECT ${labels(plot, stat)}, 'paper', '', '${name}', step, ${theirs}
       FROM paper_curve WHERE figure = '${plot.figure}' AND stat IN (${list(stats)}) GROUP BY ALL`,
    ];
  });
  return selects.join("\nUNION ALL\n");
}

const profiles = (plot: Plot & { readonly paperStep: string }): string =>
  `SELECT arm AS panel, arm, 'ours' AS source, step::VARCHAR AS line, 'gradient_difference' AS stat, distance AS x,
     median(value) AS y, min(value) AS low, max(value) AS high
   FROM (SELECT * FROM paper_reading WHERE ${ofPlot(plot)} AND probe = 'gradient_steps' AND stat = 'gradient_difference'
     QUALIFY ${oneOf(50, "run_id, distance")})
   GROUP BY ALL
   UNION ALL
   SELECT arm, arm, 'paper', (${plot.paperStep})::VARCHAR, stat, distance, value, value, value
   FROM paper_curve WHERE figure = '${plot.figure}'`;

const ridges = (plot: Plot): string =>
  `SELECT 'layer ' || layer AS panel, arm, step, lo, hi, counts FROM paper_histogram
   WHERE ${ofPlot(plot)} AND layer IN (${list(plot.layers ?? [])}) AND unit IS NOT NULL
   QUALIFY dense_rank() OVER (PARTITION BY arm ORDER BY seed) = 1
     AND dense_rank() OVER (PARTITION BY arm, layer, seed ORDER BY unit) = 1
     AND ${oneOf(40, "run_id, layer, unit")}`;

const view = (figure: string, sql: string): string => `CREATE OR REPLACE VIEW figure_${figure} AS ${sql}`;

export const FIGURE_VIEWS: readonly string[] = [
  ...CURVES.map((plot) => view(plot.figure, curves(plot))),
  ...PROFILES.map((plot) => view(plot.figure, profiles(plot))),
  ...RIDGES.map((plot) => view(plot.figure, ridges(plot))),
];
