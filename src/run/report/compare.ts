import { UserError } from "../../core/errors.ts";
import type { FigureData } from "../../paper/figure.ts";
import type { ReportInput } from "../../report/input.ts";
import { quoted } from "../../store/quoted.ts";
import { records } from "../../store/records.ts";
import type { Store } from "../../store/store.ts";
import { describeRuns } from "./surroundings.ts";

/** Runs that one curve stands for, with the band over them. */
interface Group {
  readonly label: string;
  readonly runs: readonly string[];
}

/** A page that sets runs or arms beside each other: every stat that all of them have, over steps. */
export async function comparison(store: Store, path: string, wanted: readonly string[]): Promise<ReportInput> {
  const groups: Group[] = [];
  for (const what of wanted) groups.push(...(await groupsOf(store, what)));
  if (groups.length < 2) {
    throw new UserError(
      "compare: name at least two runs or arms, or an experiment with several; `gradstream runs` lists them",
    );
  }
  const ids = [...new Set(groups.flatMap(({ runs }) => runs))];
  const figures: FigureData[] = [];
  for (const { probe, stat } of await commonStats(store, groups))
    figures.push(await figure(store, groups, probe, stat));
  return {
    ...(await describeRuns(store, ids)),
    ...{ title: groups.map(({ label }) => label).join(" beside "), scale: "", store: path, claims: [], figures },
  };
}

/** A run by its id, an arm (`standard` or `landscape/standard`) with its seeds, or all arms of an experiment. */
async function groupsOf(store: Store, what: string): Promise<Group[]> {
  const rows = await records(
    store,
    `SELECT run_id, experiment, arm, coalesce(hyper ->> 'learningRate', '') AS rate FROM latest_run
     WHERE $1 IN (arm, experiment, experiment || '/' || arm)
     UNION SELECT run_id, experiment, arm, '' FROM run WHERE run_id = $1 ORDER BY ALL`,
    [what],
  );
  if (rows.length === 0) {
    const known = await records(
      store,
      "SELECT DISTINCT experiment || '/' || arm AS name FROM latest_run ORDER BY ALL LIMIT 8",
    );
    const names = known.map(({ name }) => String(name)).join(", ");
    throw new UserError(`compare: no finished run, arm or experiment ${what}${names ? `; there are ${names}, …` : ""}`);
  }
  const byLabel = new Map<string, string[]>();
  const rates = new Set(rows.map(({ rate }) => rate));
  const experiments = new Set(rows.map(({ experiment }) => experiment));
  for (const { run_id: id, experiment, arm, rate } of rows) {
    const name = id === what ? what : [...(experiments.size > 1 ? [experiment] : []), arm].join("/");
    const label = rates.size > 1 ? `${name}, lr ${String(rate)}` : name;
    byLabel.set(label, [...(byLabel.get(label) ?? []), String(id)]);
  }
  return [...byLabel].map(([label, runs]) => ({ label, runs }));
}

/** What every group has recorded, of whole networks and layers, over at least two steps. */
async function commonStats(store: Store, groups: readonly Group[]): Promise<{ probe: string; stat: string }[]> {
  const rows = await records(
    store,
    `SELECT probe, stat FROM reading JOIN (${membership(groups)}) AS chosen(run_id, label) USING (run_id)
     WHERE unit IS NULL AND distance IS NULL AND probe <> 'timing' AND NOT starts_with(probe, 'cost/')
     GROUP BY probe, stat HAVING count(DISTINCT label) = ${groups.length} AND count(DISTINCT step) > 1
     ORDER BY CASE probe WHEN 'loss' THEN 0 WHEN 'accuracy' THEN 1 ELSE 2 END, probe, stat`,
  );
  return rows.map(({ probe, stat }) => ({ probe: String(probe), stat: String(stat) }));
}

async function figure(store: Store, groups: readonly Group[], probe: string, stat: string): Promise<FigureData> {
  const sql = `SELECT if(layer IS NULL, '', 'layer ' || layer) AS panel, label AS arm, 'ours' AS source, '' AS line,
  step AS x, median(value) AS y, min(value) AS low, max(value) AS high
FROM reading JOIN (${membership(groups)}) AS chosen(run_id, label) USING (run_id)
WHERE probe = '${probe}' AND stat = '${stat}' AND unit IS NULL AND distance IS NULL
GROUP BY layer, label, step ORDER BY layer, label, step`;
  const title = (stat.includes(probe) ? stat : `${probe}: ${stat}`).replaceAll("_", " ");
  return {
    figure: {
      ...{ id: `${probe}-${stat}`, title, caption: "", experiment: "", kind: "lines", sql },
      ...{ x: { label: "step" }, y: { label: stat.replaceAll("_", " ") } },
    },
    ...{ rows: await records(store, sql), rules: [], settings: "" },
    runs: groups.flatMap(({ runs }) => runs),
  };
}

const membership = (groups: readonly Group[]): string =>
  `VALUES ${groups.flatMap(({ label, runs }) => runs.map((id) => `(${quoted(id)}, ${quoted(label)})`)).join(", ")}`;
