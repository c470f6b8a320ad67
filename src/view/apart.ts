import type { FigureSeries } from "./figure-series.ts";
import { formatNumber, formatWhole, withPowers } from "./numbers.ts";

/** How far a curve of ours is from the paper's, over the paper's points that both have. */
interface Apart {
  readonly panel: string;
  readonly arm: string;
  /** Mean of |ours - paper|; on a logarithmic axis the factor exp(mean |ln(ours / paper)|). */
  readonly distance: number;
  /** Mean of ours - paper; on a logarithmic axis the factor exp(mean ln(ours / paper)). */
  readonly shift: number;
  /** First and last of the points. */
  readonly from: number;
  readonly to: number;
}

/**
 * Compares ours with the paper's at the paper's points, where ours is the median of its own within half a spacing of the
 * paper's on either side. Both edges of a band count. Nothing where a curve has fewer than two points in common.
 */
export function apartOf(series: readonly FigureSeries[], log: boolean): Apart[] {
  return series.flatMap((paper) => {
    if (paper.source !== "paper") return [];
    const ours = series.find(
      ({ source, panel, arm, line }) =>
        source === "ours" && panel === paper.panel && arm === paper.arm && line === paper.line,
    );
    if (ours === undefined) return [];
    const isBand = paper.y.every(Number.isNaN);
    const edges = isBand ? (["low", "high"] as const) : (["y"] as const);
    const pairs = edges.flatMap((edge) => pairsOf(ours, paper, edge));
    const differences = pairs
      .map(({ ours, paper }) => (log ? Math.log(ours / paper) : ours - paper))
      .filter(Number.isFinite);
    if (differences.length < 2) return [];
    const back = log ? Math.exp : (value: number) => value;
    return {
      panel: paper.panel,
      arm: paper.arm,
      distance: back(mean(differences.map(Math.abs))),
      shift: back(mean(differences)),
      from: pairs[0]!.x,
      to: pairs.at(-1)!.x,
    };
  });
}

/** Says how far curves are apart in one sentence a panel; nothing where there is nothing to compare. */
export function apartNotes(apart: readonly Apart[], log: boolean): string[] {
  const panels = [...new Set(apart.map(({ panel }) => panel))];
  return panels.map((panel) => {
    const here = apart.filter((one) => one.panel === panel);
    const [from, to] = [Math.min(...here.map((one) => one.from)), Math.max(...here.map((one) => one.to))];
    const curves = here.map(({ arm, distance, shift }) =>
      log
        ? `${withPowers(arm)} by a factor of ${formatNumber(distance, 2)} (ours times ${formatNumber(shift, 2)})`
        : `${withPowers(arm)} by ${formatNumber(distance, 2)} (ours ${shift < 0 ? "lower" : "higher"} by ${formatNumber(Math.abs(shift), 2)})`,
    );
    const where = panel === "" ? "From" : `${withPowers(panel)}: from`;
    return `${where} ${formatWhole(from)} to ${formatWhole(to)}, ours and the paper's are apart on average: ${curves.join(", ")}.`;
  });
}

interface Pair {
  readonly x: number;
  readonly ours: number;
  readonly paper: number;
}

function pairsOf(ours: FigureSeries, paper: FigureSeries, edge: "y" | "low" | "high"): Pair[] {
  const half = spacing(paper.x) / 2;
  return [...paper.x].flatMap((x, i) => {
    const near = [...ours[edge]].filter((value, at) => Math.abs(ours.x[at]! - x) <= half && !Number.isNaN(value));
    return near.length === 0 || Number.isNaN(paper[edge][i]!) ? [] : { x, ours: median(near), paper: paper[edge][i]! };
  });
}

const spacing = (x: Float64Array): number => median([...x.subarray(1)].map((value, i) => value - x[i]!));
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

function median(values: readonly number[]): number {
  const rising = [...values].sort((a, b) => a - b);
  const [a, b] = [rising[(rising.length - 1) >> 1] ?? NaN, rising[rising.length >> 1] ?? NaN];
  return (a + b) / 2;
}
