// Series of runs as what a chart draws: per curve a mean with a band, or a line per seed, the raw readings behind.

import type { Series } from "../../feed/client/index.ts";
import { grouped } from "../../view/grouped.ts";
import type { Points } from "../../view/points.ts";
import { type OverSeeds, overSeeds } from "../../view/seeds.ts";
import { smooth } from "../../view/smoothing.ts";
import type { Line } from "./content.ts";
import type { Context } from "./context.ts";
import type { Curve } from "./curve.ts";
import { pointsOf } from "./points.ts";
import { lastOf, seriesColumns } from "./series-columns.ts";

/** From this many lines on, thin and undashed. */
const MANY = 60;

export type CurveOptions = {
  readonly selection: Pick<Context["selection"], "curves" | "curveOf">;
} & Partial<Pick<Context, "seeds" | "span">>;

/** Makes lines of series of one stat, layer and distance; `dots` draws points only. */
export function curveLines(series: readonly Series[], options: CurveOptions & { readonly dots?: boolean }): Line[] {
  const { selection, seeds = "band", span = 0, dots = false } = options;
  const groups = new Map<Curve | undefined, Series[]>(selection.curves.map((curve) => [curve, []]));
  for (const one of series) if (one.length > 0) groups.get(selection.curveOf.get(one.runId))?.push(one);
  const many = series.length > MANY;
  const lines: Line[] = [];
  for (const [curve, members] of groups) {
    if (curve === undefined || members.length === 0) continue;
    const { stat, layer, distance } = members[0]!;
    const common = { curve, stat, layer, distance, many };
    if (dots) {
      lines.push({ ...common, kind: "dots", ...mean(members, 0) });
      continue;
    }
    if (span > 0) {
      for (const one of members) lines.push({ ...common, kind: "raw", runId: one.runId, ...pointsOf(one) });
    }
    if (seeds === "single" || members.length === 1) {
      for (const one of members) {
        const points = span > 0 ? smooth(lastOf(one), span) : pointsOf(one);
        lines.push({ ...common, kind: "line", runId: one.runId, ...points });
      }
    } else {
      const { y, ...band } = overSeeds(members.map((one) => seriesColumns(one, span)));
      lines.push({ ...common, kind: "band", ...band }, { ...common, kind: "line", y, ...band });
    }
    if (!many) lines.push(...crossesOf(members, curve, span).map((cross) => ({ ...common, ...cross })));
  }
  return lines;
}

/**
 * Makes bands between a least and a largest stat, such as loss_min and loss_max: the mean over seeds of either edge.
 */
export function edgeLines(lows: readonly Series[], highs: readonly Series[], options: CurveOptions): Line[] {
  const { selection, seeds = "band" } = options;
  const lines: Line[] = [];
  const groupOf = ({ runId }: Series) => (seeds === "single" ? runId : selection.curveOf.get(runId)?.name);
  const above = grouped(highs, groupOf);
  const place = ({ runId }: Series) => selection.curves.findIndex((curve) => curve === selection.curveOf.get(runId));
  const inOrder = [...lows].sort((a, b) => place(a) - place(b));
  for (const [group, members] of grouped(inOrder, groupOf)) {
    const others = above.get(group);
    const curve = selection.curveOf.get(members[0]!.runId);
    if (!curve || !others) continue;
    const [{ x, y: low, length }, { y: high }] = [edge(members, "min"), edge(others, "max")];
    if (length === 0 || high.length !== low.length) continue;
    const common = { curve, x, low, high, length, ...(seeds === "single" ? { runId: group } : {}) };
    const [{ stat: least }, { stat: largest }] = [members[0]!, others[0]!];
    lines.push(
      { ...common, kind: "band", stat: least, strong: true },
      { ...common, kind: "line", stat: least, y: low, thin: true },
      { ...common, kind: "line", stat: largest, y: high, thin: true },
    );
  }
  const crowded = new Set(lines.map(({ curve }) => curve)).size > 3;
  return crowded ? lines.map((line) => ({ ...line, strong: false })) : lines;
}

function edge(members: readonly Series[], side: "min" | "max"): OverSeeds {
  return overSeeds(
    members.map((one) => {
      const { start, lastStep: x, length, width, min: low, max: high } = one;
      return { start, x, mid: width === 1 ? one.last : one[side], low, high, length, width };
    }),
  );
}

/** Marks the last values of runs that diverged. */
function crossesOf(members: readonly Series[], { runs }: Curve, span: number) {
  const diverged = new Set(runs.filter(({ status }) => status === "diverged").map(({ runId }) => runId));
  return members.flatMap((one) => {
    if (!diverged.has(one.runId)) return [];
    const { x, y, length } = span > 0 ? smooth(lastOf(one), span) : pointsOf(one);
    const last = y.subarray(0, length).findLastIndex(Number.isFinite);
    if (last < 0) return [];
    return [
      { kind: "cross" as const, runId: one.runId, x: x.slice(last, last + 1), y: y.slice(last, last + 1), length: 1 },
    ];
  });
}

function mean(members: readonly Series[], span: number): Points {
  return members.length === 1 && span === 0
    ? lastOf(members[0]!)
    : overSeeds(members.map((one) => seriesColumns(one, span)));
}
