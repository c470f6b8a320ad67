// Which runs a page shows, and as which curves: the seeds of one arm (and of one setting) are one curve.

import { grouped } from "/view/grouped.js";
import { armsInOrder, placesOf } from "/view/arms.js";

/**
 * Without a choice in the URL: of the newest experiment, the runs of the newest settings, of each arm and seed the newest.
 * `all` is newest first.
 */
export function select(all, state) {
  const experiments = [...new Set(all.map(({ experiment }) => experiment))];
  const named = state.list("runs");
  const chosenFirst = all.find(({ runId }) => named.includes(runId));
  const experiment = state.get("experiment", chosenFirst?.experiment ?? experiments[0]);
  const mine = all.filter((run) => run.experiment === experiment);
  const chosen = named.length > 0 ? all.filter(({ runId }) => named.includes(runId)) : newest(mine);
  const arms = armsOf(all.filter((run) => chosen.some((other) => other.experiment === run.experiment)));
  const places = placesOf(arms);
  const runs = chosen.sort((a, b) => arms.indexOf(a.arm) - arms.indexOf(b.arm) || a.seed - b.seed);
  const hidden = new Set(state.list("hide"));
  const curves = curvesOf(runs, places);
  const curveOf = new Map(curves.flatMap((curve) => curve.runs.map((run) => [run.runId, curve])));
  return {
    all,
    experiments,
    experiment,
    mine,
    runs,
    curves,
    hidden,
    curveOf,
    visible: runs.filter(({ runId }) => !hidden.has(curveOf.get(runId).name)),
    live: runs.some(({ status }) => status === "running"),
    started: runs.some(({ step }) => step >= 0),
  };
}

/** More names than this are not sent to the server. */
const MOST_NAMES = 200;

/** The part of a filter that asks for these runs; of very many, for their experiments, which may hold more. */
export function runsFilter({ runs }) {
  if (runs.length <= MOST_NAMES) return { runs: runs.map(({ runId }) => runId) };
  return { experiments: [...new Set(runs.map(({ experiment }) => experiment))] };
}

/** What runs of one experiment may differ in, besides arm and seed. */
export const settingsOf = ({ hyper, steps, dataset }) => JSON.stringify([hyper, steps, dataset]);

function newest(mine) {
  const kept = new Map();
  for (const run of mine) {
    if (settingsOf(run) !== settingsOf(mine[0])) continue;
    const key = JSON.stringify([run.arm, run.seed]);
    if (!kept.has(key)) kept.set(key, run);
  }
  return [...kept.values()];
}

/** The paper's in its order, others by their first start, so that a page opened late has the same colours. */
function armsOf(runs) {
  const first = new Map();
  for (const { arm, startedAt } of runs) first.set(arm, Math.min(startedAt, first.get(arm) ?? Infinity));
  return armsInOrder([...first.keys()].sort((a, b) => first.get(a) - first.get(b) || (a < b ? -1 : 1)));
}

function curvesOf(runs, places) {
  const varying = varyingKeys(runs);
  const several = new Set(runs.map(({ experiment }) => experiment)).size > 1;
  const curves = new Map();
  for (const run of runs) {
    const settings = varying.map((key) => `${key} ${String(settingOf(run, key))}`);
    const name = [...(several ? [run.experiment] : []), run.arm, ...settings].join(", ");
    if (!curves.has(name)) curves.set(name, { name, arm: run.arm, place: places.get(run.arm), runs: [] });
    curves.get(name).runs.push(run);
  }
  const seen = new Map();
  for (const curve of curves.values()) {
    const variant = seen.get(curve.place) ?? 0;
    seen.set(curve.place, variant + 1);
    curve.dash = curve.place + 3 * variant;
  }
  return [...curves.values()];
}

const settingOf = (run, key) => (key === "steps" ? run.steps : run.hyper[key]);

/** Settings in which runs of one experiment differ. */
export function varyingKeys(runs) {
  const keys = new Set(["steps", ...runs.flatMap(({ hyper }) => Object.keys(hyper))]);
  const differs = (key) =>
    [...grouped(runs, ({ experiment }) => experiment).values()].some(
      (group) => new Set(group.map((run) => settingOf(run, key))).size > 1,
    );
  return [...keys].filter(differs);
}
