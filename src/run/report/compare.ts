import { UserError } from "../../core/errors.ts";
import { armsOf } from "../../paper/arms.ts";
import { divergedNotes, type CurveRuns } from "../../paper/diverged-notes.ts";
import type { FigureData } from "../../paper/figure.ts";
import { PAPERS } from "../../paper/papers.ts";
import type { ReportInput } from "../../report/input.ts";
import { quoted } from "../../store/quoted.ts";
import { records } from "../../store/records.ts";
import type { Store } from "../../store/store.ts";
import { statName } from "../../view/stats.ts";
import { describeRuns } from "./describe-runs.ts";

/**
 * Reads a page that sets runs or arms (of some seeds) beside each other: every stat that all of them have, over steps.
 *
 * @throws {UserError} when there are not two groups of runs, or they have nothing in common.
 */
export async function comparison(
  store: Store,
  path: string,
  wanted: readonly string[],
  seeds?: readonly number[],
): Promise<ReportInput> {
  const groups = grouped((await Promise.all(wanted.map((what) => find(store, what, seeds)))).flat());
  if (groups.length < 2) {
    throw new UserError(
      "compare: name at least two runs or arms, or an experiment with several; `gradstream runs` lists them",
    );
  }
  const title = groups.map(({ label }) => label).join(" beside ");
  const notes = await divergedNotes(store, groups);
  const figures: FigureData[] = [];
  for (const { probe, stat } of await commonStats(store, groups))
    figures.push({ ...(await figure(store, groups, probe, stat)), notes: figures.length === 0 ? notes : [] });
  if (figures.length === 0)
    throw new UserError(`compare: ${title}: no stat that all of them have at two steps or more`);
  const ids = groups.flatMap(({ runs }) => runs);
  return {
    ...(await describeRuns(store, ids)),
    title,
    scale: "",
    store: path,
    claims: [],
    figures,
  };
}

interface FoundRun {
  readonly id: string;
  /** Asked for by its id: it stands for itself. */
  readonly alone: boolean;
  readonly experiment: string;
  readonly arm: string;
  readonly settings: ReadonlyMap<string, unknown>;
}

/** The newest runs that ended by themselves: an arm is not those of its seeds alone that did well. */
const ENDED = `SELECT * FROM run WHERE status IN ('completed', 'diverged')
  QUALIFY row_number() OVER (
    PARTITION BY experiment, arm, seed, hyper::VARCHAR, dataset, backend ORDER BY started_at DESC, attempt DESC, run_id DESC) = 1`;

/** A run by its id, an arm (`standard` or `landscape/standard`) with its seeds, or all arms of an experiment. */
async function find(store: Store, what: string, seeds?: readonly number[]): Promise<FoundRun[]> {
  const rows = await records(
    store,
    `SELECT run_id, experiment, arm, hyper::VARCHAR AS hyper, dataset, backend, run_id = $1 AS alone FROM (
       SELECT * FROM (${ENDED}) WHERE $1 IN (arm, experiment, experiment || '/' || arm)
         AND ($2 IS NULL OR list_contains($2::JSON::BIGINT[], seed))
       UNION SELECT * FROM run WHERE run_id = $1)
     ORDER BY experiment, arm, hyper, seed`,
    [what, seeds ? JSON.stringify(seeds) : null],
  );
  if (rows.length === 0) {
    const known = await records(
      store,
      `SELECT DISTINCT experiment || '/' || arm AS name FROM (${ENDED}) ORDER BY ALL LIMIT 8`,
    );
    const names = known.map(({ name }) => String(name)).join(", ");
    const some = seeds ? ` of seed ${seeds.slice(0, 8).join(", ")}` : "";
    const others = names ? `; there are ${names}, …` : "";
    throw new UserError(`compare: no finished run, arm or experiment ${what}${some}${others}`);
  }
  return rows.map(({ run_id: id, experiment, arm, hyper, dataset, backend, alone }) => ({
    id: String(id),
    alone: Boolean(alone),
    experiment: String(experiment),
    arm: String(arm),
    settings: new Map(
      Object.entries({ ...(JSON.parse((hyper as string | null) ?? "{}") as object), dataset, backend }),
    ),
  }));
}

/** Seeds together; runs that differ in anything else apart, and named by it. */
function grouped(found: readonly FoundRun[]): CurveRuns[] {
  const experiments = new Set(found.map(({ experiment }) => experiment));
  const varying = ({ experiment, arm }: FoundRun): string[] => {
    const alike = found.filter((other) => other.experiment === experiment && other.arm === arm);
    const keys = new Set(alike.flatMap(({ settings }) => [...settings.keys()]));
    return [...keys].filter((key) => new Set(alike.map(({ settings }) => settings.get(key))).size > 1);
  };
  const labelOf = (run: FoundRun): string => {
    if (run.alone) return run.id;
    const name = experiments.size > 1 ? `${run.experiment}/${run.arm}` : run.arm;
    const settings = varying(run).map(
      (key) => `${key === "learningRate" ? "lr" : key} ${String(run.settings.get(key))}`,
    );
    return [name, ...settings].join(", ");
  };
  const byLabel = new Map<string, Set<string>>();
  for (const run of found) {
    const label = labelOf(run);
    byLabel.set(label, (byLabel.get(label) ?? new Set()).add(run.id));
  }
  return [...byLabel].map(([label, runs]) => ({ label, runs: [...runs] }));
}

/** What every group has recorded, of whole networks and layers, over at least two steps. */
async function commonStats(store: Store, groups: readonly CurveRuns[]): Promise<{ probe: string; stat: string }[]> {
  const rows = await records(
    store,
    `SELECT probe, stat FROM reading JOIN (${membership(groups)}) AS chosen(run_id, label) USING (run_id)
     WHERE unit IS NULL AND distance IS NULL AND probe <> 'timing' AND NOT starts_with(probe, 'cost/')
     GROUP BY probe, stat HAVING count(DISTINCT label) = ${groups.length} AND count(DISTINCT step) > 1
     ORDER BY CASE probe WHEN 'loss' THEN 0 WHEN 'accuracy' THEN 1 ELSE 2 END, probe, stat`,
  );
  return rows.map(({ probe, stat }) => ({ probe: String(probe), stat: String(stat) }));
}

async function figure(store: Store, groups: readonly CurveRuns[], probe: string, stat: string): Promise<FigureData> {
  const sql = `SELECT if(layer IS NULL, '', 'layer ' || layer) AS panel, label AS arm, 'ours' AS source, '' AS line,
  step AS x, median(value) AS y, min(value) AS low, max(value) AS high
FROM reading JOIN (${membership(groups)}) AS chosen(run_id, label) USING (run_id)
WHERE probe = ${quoted(probe)} AND stat = ${quoted(stat)} AND unit IS NULL AND distance IS NULL
GROUP BY layer, label, step ORDER BY layer, label, step`;
  const name = statName(stat);
  const title = stat.includes(probe) ? name : `${statName(probe)}: ${name}`;
  return {
    figure: {
      id: `${probe}-${stat}`,
      title,
      caption: "",
      experiment: "",
      kind: "lines",
      x: { label: "step" },
      y: { label: name },
      sql,
      arms: armsOf(PAPERS),
    },
    rows: await records(store, sql),
    rules: [],
    settings: "",
    runs: groups.flatMap(({ runs }) => runs),
  };
}

const membership = (groups: readonly CurveRuns[]): string =>
  `VALUES ${groups.flatMap(({ label, runs }) => runs.map((id) => `(${quoted(id)}, ${quoted(label)})`)).join(", ")}`;
