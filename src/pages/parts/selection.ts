// Which runs a page shows, and as which curves: the seeds of one arm (and of one setting) are one curve.

import type { Filter, RunState } from "../../feed/client/index.ts";
import { armsInOrder, type ArmPlaces, placesOf } from "../../view/arms.ts";
import { grouped } from "../../view/grouped.ts";
import { formatSetting } from "../../view/numbers.ts";
import type { Selection } from "./context.ts";
import type { Curve } from "./curve.ts";

type Chosen = Pick<typeof import("./url-state.ts").urlState, "get" | "list">;

/**
 * Chooses what is shown. Without a choice in the URL: of the newest experiment, the runs of the newest settings, of
 * each arm and seed the newest; so too where what was chosen is no longer there. Runs that are hidden are left out of those. `all` is newest first.
 */
export function select(
  all: readonly RunState[],
  state: Chosen,
  known: ArmPlaces = {},
  hiddenRuns: ReadonlySet<string> = new Set(),
): Selection {
  const isThere = ({ runId }: RunState): boolean => !hiddenRuns.has(runId);
  const experiments = [...new Set(all.map(({ experiment }) => experiment))];
  const asked = new Set(state.list("runs"));
  const named = all.filter(({ runId }) => asked.has(runId));
  const experiment =
    experiments.find((one) => one === state.get("experiment")) ?? named[0]?.experiment ?? experiments[0];
  const mine = all.filter((run) => run.experiment === experiment);
  const candidates = named.length > 0 ? named : newest(mine);
  const chosen = candidates.filter(isThere);
  const shown = new Set(chosen.map((run) => run.experiment));
  const alike = all.filter((run) => shown.has(run.experiment));
  const arms = armsOf(alike, known);
  const places = placesOf(arms, known);
  const runs = [...chosen].sort((a, b) => arms.indexOf(a.arm) - arms.indexOf(b.arm) || a.seed - b.seed);
  const hidden = new Set(state.list("hide"));
  const curves = curvesOf(runs, places);
  const curveOf = new Map(curves.flatMap((curve) => curve.runs.map((run) => [run.runId, curve])));
  return {
    all,
    experiments,
    experiment,
    mine,
    away: (state.get("list") === "all" ? [...new Set([...mine, ...candidates])] : candidates).filter(
      (run) => !isThere(run),
    ),
    runs,
    curves,
    hidden,
    curveOf,
    visible: runs.filter(({ runId }) => isShown({ curveOf, hidden }, runId)),
    underWay: runs.some(({ status }) => status === "running"),
    started: runs.some(({ step }) => step >= 0),
  };
}

/** Tells whether a run is among those drawn. */
export function isShown({ curveOf, hidden }: Pick<Selection, "curveOf" | "hidden">, runId: string): boolean {
  const curve = curveOf.get(runId);
  return curve !== undefined && !hidden.has(curve.name);
}

/** More names than this are not sent to the server. */
export const MOST_NAMES = 200;

/** Makes the part of a filter that asks for these runs; of very many, for their experiments, which may hold more. */
export function runsFilter({ runs }: Pick<Selection, "runs">): Filter {
  if (runs.length <= MOST_NAMES) return { runs: runs.map(({ runId }) => runId) };
  return { experiments: [...new Set(runs.map(({ experiment }) => experiment))] };
}

/** Writes what runs of one experiment may differ in, besides arm and seed, as one key. */
export const settingsKey = ({ hyper, steps, dataset }: RunState): string => JSON.stringify([hyper, steps, dataset]);

function newest(mine: readonly RunState[]): RunState[] {
  const kept = new Map<string, RunState>();
  const settings = mine[0] && settingsKey(mine[0]);
  for (const run of mine) {
    if (settingsKey(run) !== settings) continue;
    const key = JSON.stringify([run.arm, run.seed]);
    if (!kept.has(key)) kept.set(key, run);
  }
  return [...kept.values()];
}

/**
 * Orders arms: those of papers in their order, others by their first start, so that a page opened late has the same colours.
 */
function armsOf(runs: readonly RunState[], known: ArmPlaces): string[] {
  const first = new Map<string, number>();
  for (const { arm, startedAt } of runs) first.set(arm, Math.min(startedAt, first.get(arm) ?? Infinity));
  const started = [...first].sort(([a, at], [b, bt]) => at - bt || (a < b ? -1 : 1));
  return armsInOrder(
    started.map(([arm]) => arm),
    known,
  );
}

function curvesOf(runs: readonly RunState[], places: ReadonlyMap<string, number>): Curve[] {
  const apart = wordsApart(runs);
  const several = new Set(runs.map(({ experiment }) => experiment)).size > 1;
  const nameOf = (run: RunState): string => [...(several ? [run.experiment] : []), run.arm, ...apart(run)].join(", ");
  const seen = new Map<number, number>();
  return [...grouped(runs, nameOf)].map(([name, members]) => {
    const { arm } = members[0]!;
    const place = places.get(arm)!;
    const variant = seen.get(place) ?? 0;
    seen.set(place, variant + 1);
    return { name, arm, place, dash: place + 3 * variant, runs: members };
  });
}

/** Returns a setting of a run, as it was recorded. */
export const recordedSetting = ({ steps, hyper }: Pick<RunState, "steps" | "hyper">, key: string) =>
  key === "steps" ? steps : Object.hasOwn(hyper, key) ? hyper[key] : undefined;

/** Returns a setting of a run as text. */
export function settingText(run: Pick<RunState, "steps" | "hyper">, key: string): string {
  return formatSetting(recordedSetting(run, key) ?? "–");
}

/** What runs are of, besides their settings. */
const FACTS = ["dataset", "backend"] as const;

/** Finds what tells runs of one experiment apart besides arm and seed; gives a run's own as words: `steps 900`, `cifar10`. */
export function wordsApart(runs: readonly RunState[]): (run: RunState) => readonly string[] {
  const keys = varyingKeys(runs);
  const facts = FACTS.filter((fact) => differIn(runs, (run) => run[fact]));
  return (run) => [...keys.map((key) => `${key} ${settingText(run, key)}`), ...facts.map((fact) => run[fact])];
}

/** Lists the settings in which runs of one experiment differ. */
export function varyingKeys(runs: readonly RunState[]): string[] {
  const keys = new Set(["steps", ...runs.flatMap(({ hyper }) => Object.keys(hyper))]);
  return [...keys].filter((key) => differIn(runs, (run) => settingText(run, key)));
}

/** Tells whether runs of one experiment differ in something. */
function differIn(runs: readonly RunState[], textOf: (run: RunState) => string): boolean {
  const groups = [...grouped(runs, ({ experiment }) => experiment).values()];
  return groups.some((group) => new Set(group.map(textOf)).size > 1);
}
