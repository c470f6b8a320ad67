import type { CurvesRecord, FigureRecord, ProfilesRecord, RidgeRecord, Stat } from "./figure-record.ts";
import type { Figure } from "./figure.ts";
import { isOneOf } from "./thinned.ts";

/** What a paper's own tables and views are called; no two papers have the same. */
export interface SqlNames {
  /** The table of its curves: `paper_curve`. */
  readonly curves: string;
  /** What the names of its figures' views start with: `figure_`. */
  readonly figures: string;
}

/** A view that figures are read from; those that share it give a part each. */
interface ViewParts {
  readonly name: string;
  readonly parts: readonly string[];
}

type Viewed = CurvesRecord | ProfilesRecord | RidgeRecord;

const COLUMNS = "panel, arm, source, line, x, y, low, high";

/**
 * Makes a record's figure. Views of figures put ours beside the paper's; their columns:
 *
 *     panel, arm    which small multiple and which curve; a learning rate stands where several are told apart
 *     source, line  'ours' or 'paper'; profiles: the step a line was measured at, otherwise ''
 *     stat          what is plotted, in the paper's units
 *     x, y          step (profiles: distance) and the median over seeds; NULL for a band
 *     low, high     range over seeds; for a band, the medians of its edges
 *
 * and of ridges, ours alone, one unit of the least seed: panel, arm, step, lo, hi, counts.
 */
export function figureOf(record: FigureRecord, names: SqlNames): Figure {
  if (isOwn(record)) return record;
  const { id, title, caption, experiment, rates, kind, x, y, rules } = record;
  const view = names.figures + viewOf(record);
  const sql =
    record.kind === "ridge"
      ? `SELECT panel, arm, step, lo, hi, counts FROM ${view} ORDER BY panel, arm, step`
      : `SELECT ${COLUMNS} FROM ${view}${ofStat(record)} ORDER BY panel, arm, source, line, x`;
  const figure = { id, title, caption, experiment, rates, kind, x, y, sql, view };
  return rules === undefined ? figure : { ...figure, rules };
}

/** Returns the views that these figures are read from, as statements that make them. */
export function figureViews(records: readonly FigureRecord[], names: SqlNames): readonly string[] {
  const views = new Map<string, string[]>();
  for (const record of records) {
    if (isOwn(record)) continue;
    const { name, parts } = viewed(record, names);
    views.set(name, [...(views.get(name) ?? []), ...parts]);
  }
  return [...views].map(([name, parts]) => `CREATE OR REPLACE VIEW ${name} AS ${parts.join("\nUNION ALL\n")}`);
}

const isOwn = (record: FigureRecord): record is Figure => "sql" in record;
const viewOf = ({ view, id }: Viewed): string => view ?? id;

/** Of a view that figures share, the rows of this one. */
const ofStat = (record: CurvesRecord | ProfilesRecord): string =>
  record.view === undefined || record.kind === "profiles"
    ? ""
    : ` WHERE ${record.stats.map(({ name }) => `stat = '${name}'`).join(" OR ")}`;

function viewed(record: Viewed, { curves, figures }: SqlNames): ViewParts {
  const name = figures + viewOf(record);
  if (record.kind === "ridge") return { name, parts: [ridge(record)] };
  if (record.kind === "profiles") return { name, parts: [profiles(record, curves)] };
  return { name, parts: record.stats.flatMap((stat) => curvesOf(record, stat, curves)) };
}

const number = (value: number): string => (value < 1e-3 ? value.toExponential() : String(value));
const list = (values: readonly (number | string)[]): string =>
  values.map((value) => (typeof value === "number" ? number(value) : `'${value}'`)).join(", ");
const shown = ({ experiment, rates, arms }: Viewed): string =>
  `experiment = '${experiment}' AND learning_rate IN (${list(rates)}) AND arm IN (${list(arms)})`;

/** The layer that was measured, and the paper's where it is another. */
const LAYER = `'layer ' || coalesce(measured || ' (the paper''s ' || layer || ')', layer::VARCHAR)`;

/** Writes rows with the layers that were measured in place of theirs; NULL where none was, or the same. */
const withMeasured = (rows: string, { experiment }: Pick<Viewed, "experiment">): string =>
  `${rows} LEFT JOIN (SELECT layer, string_agg(measured_layer, ' or ' ORDER BY measured_layer) AS measured FROM paper_layer
     WHERE experiment = '${experiment}' GROUP BY layer HAVING bool_or(measured_layer <> layer)) AS place USING (layer)`;

function labels({ rates, ratesIn, layers }: CurvesRecord, { panel }: Stat): string {
  const rate = `'lr ' || CASE learning_rate ${rates.map((r) => `WHEN ${number(r)} THEN '${number(r)}'`).join(" ")} END`;
  const parts = [
    ...(panel === undefined ? [] : [`'${panel}'`]),
    ...(ratesIn === "panel" ? [rate] : []),
    ...(layers === undefined ? [] : [LAYER]),
  ];
  return `concat_ws(', ', ${["NULL", ...parts].join(", ")}) AS panel,
    ${ratesIn === "arm" ? `concat_ws(', ', arm, ${rate})` : "arm"} AS arm`;
}

/** Ours, and the paper's. */
function curvesOf(record: CurvesRecord, stat: Stat, table: string): readonly string[] {
  const { name, ours, paper } = stat;
  const here = record.layers === undefined ? "" : `AND layer IN (${list(record.layers)})`;
  const isBand = typeof paper !== "string";
  const [low, high] = isBand ? ["median(bottom)", "median(top)"] : ["min(scaled)", "max(scaled)"];
  const theirs = isBand
    ? `NULL, max(value) FILTER (stat = '${paper.low}'), max(value) FILTER (stat = '${paper.high}')`
    : "any_value(value), any_value(value), any_value(value)";
  const shownOf = (rows: string): string => (record.layers === undefined ? rows : withMeasured(rows, record));
  const stats = isBand ? [paper.low, paper.high] : [paper];
  return [
    `SELECT ${labels(record, stat)}, 'ours' AS source, '' AS line, '${name}' AS stat, step::DOUBLE AS x,
         ${isBand ? "NULL::DOUBLE" : "median(scaled)"} AS y, ${low} AS low, ${high} AS high
       FROM ${shownOf(`(${ours})`)} WHERE ${shown(record)} ${here} GROUP BY ALL`,
    `SELECT ${labels(record, stat)}, 'paper', '', '${name}', step, ${theirs}
       FROM ${shownOf(table)} WHERE figure = '${viewOf(record)}' AND stat IN (${list(stats)}) GROUP BY ALL`,
  ];
}

const profiles = (record: ProfilesRecord, table: string): string =>
  `SELECT arm AS panel, arm, 'ours' AS source, step::VARCHAR AS line, 'gradient_difference' AS stat, distance AS x,
     median(value) AS y, min(value) AS low, max(value) AS high
   FROM (SELECT * FROM paper_reading WHERE ${shown(record)} AND probe = 'gradient_steps' AND stat = 'gradient_difference'
     QUALIFY ${isOneOf(50, "run_id, distance")})
   GROUP BY ALL
   UNION ALL
   SELECT arm, arm, 'paper', (${record.paperStep})::VARCHAR, stat, distance, value, value, value
   FROM ${table} WHERE figure = '${viewOf(record)}'`;

const ridge = (record: RidgeRecord): string =>
  `SELECT ${LAYER} AS panel, arm, step, lo, hi, counts FROM ${withMeasured("paper_histogram", record)}
   WHERE ${shown(record)} AND layer IN (${list(record.layers)}) AND unit IS NOT NULL
   QUALIFY dense_rank() OVER (PARTITION BY arm ORDER BY seed) = 1
     AND dense_rank() OVER (PARTITION BY arm, layer, seed ORDER BY unit) = 1
     AND ${isOneOf(40, "run_id, layer, unit")}`;
