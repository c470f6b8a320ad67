import { type Subscription, map, distinctUntilChanged, scan, switchMap, combineLatest, startWith } from "rxjs";
import { stepsPerSecond } from "../../core/pace.ts";
import type { Feed, FeedEvent, RunState, Series, SeriesSet } from "../../feed/client/index.ts";
import { matches } from "../../feed/protocol/matches.ts";
import { stepsDone } from "../../view/steps-done.ts";
import type { LineNumbers } from "../terminal/run-line.ts";
import { sparkline } from "./sparkline.ts";

/** Runs that one subscription names at most. */
const MOST_RUNS = 200;
const PICTURE = 16;

/** A run with what a line about it says. The pace of one that has ended is that of all of it. */
export interface WatchedRun {
  readonly state: RunState;
  readonly shown: LineNumbers;
}

/**
 * Returns the runs that a pattern (of run id, arm or experiment) picks: without one, those under way or, where none is, those of
 * the latest invocation. `changed` is called with them, oldest first, whenever something about them changed.
 */
export function watchRuns(
  feed: Feed,
  pattern: string | undefined,
  changed: (runs: readonly WatchedRun[]) => void,
): Subscription {
  const seen = new Set<string>();
  // States are new where runs have moved: those of others say nothing.
  const chosen = feed.runs.pipe(
    map((runs) => choose(runs, pattern, seen)),
    distinctUntilChanged((a, b) => a.length === b.length && a.every((state, i) => state === b[i])),
  );
  const ids = chosen.pipe(
    map((runs) => runs.map(({ runId }) => runId)),
    distinctUntilChanged((a, b) => a.join("\n") === b.join("\n")),
  );
  const curves = ids.pipe(
    switchMap((runs) =>
      feed.series({
        runs,
        probes: ["loss", "accuracy"],
        stats: ["loss", "accuracy"],
        layers: "none",
        distances: "none",
        points: PICTURE,
      }),
    ),
    startWith<SeriesSet>({ series: [], complete: false }),
  );
  const controls = ids.pipe(
    switchMap((runs) => feed.events({ runs }).pipe(scan(withMove, NO_MOVES))),
    startWith(NO_MOVES),
    distinctUntilChanged(),
  );
  return combineLatest([chosen, curves, controls]).subscribe(([runs, { series }, values]) =>
    changed(
      runs.map((state) => {
        const shown = { ...shownOf(state, series), controls: values.get(state.runId) };
        return { state: withPace(state), shown };
      }),
    ),
  );
}

/** Values that controls have, by run and name. */
type ControlsNow = ReadonlyMap<string, Readonly<Record<string, number>>>;
const NO_MOVES: ControlsNow = new Map();

function withMove(known: ControlsNow, { runId, name, data }: FeedEvent): ControlsNow {
  const { control, value } = data ?? {};
  if (name !== "control" || typeof value !== "number") return known;
  return new Map([...known, [runId, { ...known.get(runId), [String(control)]: value }]]);
}

/** Newest first in, oldest first out. */
function choose(runs: readonly RunState[], pattern: string | undefined, seen: Set<string>): RunState[] {
  const isPicked = ({ runId, arm, experiment }: RunState) =>
    [runId, arm, experiment].some((name) => matches([pattern!], name));
  if (pattern !== undefined) return most(runs.filter(isPicked)).reverse();
  for (const { runId, status } of runs) if (status === "running") seen.add(runId);
  const first = runs[0];
  const picked =
    seen.size > 0
      ? runs.filter(({ runId }) => seen.has(runId))
      : runs.filter(({ experiment }) => experiment === first?.experiment).slice(0, 8);
  return most(picked).reverse();
}

/** Of very many runs those that one wants to know of: under way, or ended otherwise than completed, then the newest. */
function most(runs: readonly RunState[]): RunState[] {
  const rank = ({ status }: RunState): number => (status === "running" ? 0 : status === "completed" ? 2 : 1);
  const kept = new Set([...runs].sort((a, b) => rank(a) - rank(b)).slice(0, MOST_RUNS));
  return runs.filter((run) => kept.has(run));
}

function shownOf({ runId }: RunState, series: readonly Series[]): LineNumbers {
  const own = series.filter((one) => one.runId === runId);
  const find = (name: string) => own.find(({ probe, stat }) => probe === name && stat === name);
  const last = (curve: Series | undefined) => (curve && curve.length > 0 ? curve.last[curve.length - 1] : undefined);
  const loss = find("loss");
  return {
    loss: last(loss),
    accuracy: last(find("accuracy")),
    picture: loss ? sparkline([...loss.last.subarray(0, loss.length)].slice(-2 * PICTURE)) : "",
  };
}

function withPace(state: RunState): RunState {
  const { startedAt, endedAt } = state;
  return endedAt === null ? state : { ...state, stepsPerSecond: stepsPerSecond(stepsDone(state), endedAt - startedAt) };
}
