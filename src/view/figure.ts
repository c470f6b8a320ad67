import { armsInOrder, placesOf } from "./arms.ts";
import { panelsInOrder, type FigureRows, numberOf, seriesOf } from "./figure-rows.ts";
import type { FigureSeries } from "./figure-series.ts";
import type { Look } from "./line-style.ts";
import { formatNumber, withPowers } from "./numbers.ts";
import { mergedRules, type HorizontalRule } from "./rules.ts";
import {
  type Ends,
  extent,
  NOTHING,
  type AxisScale,
  scaleOf,
  sharer,
  shareOf,
  stepDomain,
  valueDomain,
} from "./scale.ts";
import { countsSteps } from "./ticks.ts";
import { BUCKETS, keptPoints, thinBand } from "./thinning.ts";

/** The colour of an arm by its place, or of a step by how far it has come. */
export type Ink = { readonly place: number } | { readonly share: number };

/** A line or band as it is drawn, thinned. */
export interface FigureLine extends Look {
  readonly kind: "band" | "line";
  readonly arm: string;
  readonly source: "ours" | "paper";
  readonly line: string;
  /** Which part of its series. */
  readonly part: "" | "low" | "high" | "band" | "range";
  readonly ink: Ink;
  readonly x: Float64Array;
  /** Absent in bands. */
  readonly y?: Float64Array;
  /** Absent where there is no range. */
  readonly low?: Float64Array;
  readonly high?: Float64Array;
  readonly length: number;
}

/** An axis with what it counts. */
export interface LabelledScale extends AxisScale {
  readonly label: string;
}

/** One small multiple. */
interface FigurePanel {
  readonly title: string;
  readonly lines: readonly FigureLine[];
  readonly rules: readonly HorizontalRule[];
  readonly x: LabelledScale;
  readonly y: LabelledScale;
  /** Rows behind it. */
  readonly points: number;
}

/** One sign of a legend; without ink it speaks of all arms. */
export interface LegendKey {
  readonly label: string;
  readonly kind: "line" | "dashed" | "area" | "steps";
  readonly ink?: Ink;
  /** Steps of the paper's lines, which are thin and dashed. */
  readonly paper?: boolean;
}

/** A figure laid out. */
interface FigureLayout {
  readonly panels: readonly FigurePanel[];
  readonly keys: readonly LegendKey[];
  readonly notes: readonly string[];
}

interface Place {
  readonly title: string;
  readonly series: readonly FigureSeries[];
  readonly rules: readonly HorizontalRule[];
}

/** Steps between ticks: few enough for the narrowest panel. */
const TICKS = { x: 4, y: 5 };
/** More lines than this in one panel are drawn as a crowd. */
const MANY = 24;
/** Where a panel would have less than this share of the common scale, each has its own. */
const LEAST_SHARE = 0.35;

/** Lays out a figure of kind `lines`, `band` or `profiles`: what is drawn, where, in which colours, on which axes. */
export function figureView(input: FigureRows): FigureLayout {
  return input.figure.kind === "profiles" ? profilesView(input) : linesView(input);
}

/** Ours over its range, the paper's dashed; a colour per arm. */
function linesView(input: FigureRows): FigureLayout {
  const { series, xLabel, notes } = seriesOf(input);
  const isBand = input.figure.kind === "band";
  const places = placesOf(armsIn(input, series), input.figure.arms);
  const inkOf = ({ arm }: FigureSeries): Ink => ({ place: places.get(arm)! });
  const panels = panelsInOrder(series.map(({ panel }) => panel)).map((name) => ({
    title: withPowers(name),
    series: series.filter(({ panel }) => panel === name),
    rules: rulesIn(input, name),
  }));
  const spread = series.some((one) => one.source === "ours" && isSpread(one));
  return {
    panels: layOut(input, panels, xLabel, inkOf),
    keys: [
      ...[...places].map(([label, place]): LegendKey => ({ label: withPowers(label), kind: "line", ink: { place } })),
      ...(spread ? [{ label: isBand ? "between low and high" : "range over seeds", kind: "area" } as const] : []),
      ...(series.some(({ source }) => source === "paper") ? [{ label: "the paper", kind: "dashed" } as const] : []),
    ],
    notes,
  };
}

/** Draws a line per step, early ones blue, late ones red; ours and the paper's side by side, on one scale. */
function profilesView(input: FigureRows): FigureLayout {
  const { series, xLabel, notes } = seriesOf(input);
  const arms = armsIn(input, series);
  const ends = new Map<string, Ends>();
  for (const { source, line } of series) ends.set(source, extent([numberOf(line)], false, ends.get(source)));
  const inkOf = ({ line, source }: FigureSeries): Ink => {
    const [first, last] = ends.get(source)!;
    return { share: last > first ? (numberOf(line) - first) / (last - first) || 0 : 0 };
  };
  const titleOf = (one: FigureSeries): string =>
    [panelTitle(one, arms), one.source === "paper" ? "the paper" : ""].filter(Boolean).join(" · ");
  const panels = [...new Set(series.map(titleOf))].map((title) => {
    const inside = series.filter((one) => titleOf(one) === title);
    return { title, series: inside, rules: rulesIn(input, inside[0]!.panel) };
  });
  const whose = (source: string): string => (ends.size > 1 ? (source === "paper" ? "the paper: " : "ours: ") : "");
  return {
    panels: layOut(input, panels, xLabel, inkOf),
    keys: [...ends].map(([source, [first, last]]) => ({
      label: `${whose(source)}step ${formatNumber(first)} to ${formatNumber(last)}`,
      kind: "steps",
      ...(source === "paper" ? { paper: true } : {}),
    })),
    notes,
  };
}

/** Titles a panel of one arm: the arm's name behind the panel's, unless it is in it or there is no other. */
export function panelTitle({ panel, arm }: Pick<FigureSeries, "panel" | "arm">, arms: readonly string[]): string {
  return withPowers(
    [panel, arms.length > 1 && !panel.includes(arm) ? arm : ""].filter((part) => part !== "").join(" · "),
  );
}

const armsIn = ({ figure }: FigureRows, series: readonly FigureSeries[]): string[] =>
  armsInOrder(
    series.map(({ arm }) => arm),
    figure.arms,
  );

const rulesIn = ({ rules, figure }: FigureRows, panel: string): HorizontalRule[] =>
  mergedRules(
    rules.filter((rule) => rule.panel === "" || rule.panel === panel),
    figure.y.log,
  ).map(({ label, value }) => ({ value, label: `${label} = ${formatNumber(value)}` }));

const isSpread = ({ low, high }: FigureSeries): boolean => low.some((value, i) => value < high[i]!);

function layOut(
  { figure }: FigureRows,
  places: readonly Place[],
  xLabel: string,
  inkOf: (one: FigureSeries) => Ink,
): FigurePanel[] {
  const log = figure.x.log ?? false;
  const span = places.flatMap(({ series }) => series).reduce((ends, { x }) => extent(x, log, ends), NOTHING);
  const x = { ...scaleOf(stepDomain(span, { log }), log, TICKS.x, countsSteps(xLabel)), label: xLabel };
  const toShare = sharer(x);
  const ys = valueScales(places, figure.y.log ?? false, figure.kind === "profiles");
  return places.map(({ title, series, rules }, i) => ({
    title,
    rules,
    x,
    y: { ...ys[i]!, label: figure.y.label },
    lines: crowded(series.flatMap((one) => linesOf(one, figure.kind, inkOf(one), (value) => toShare(value) * BUCKETS))),
    points: series.reduce((sum, { length }) => sum + length, 0),
  }));
}

const crowded = (lines: FigureLine[]): FigureLine[] =>
  lines.length > MANY ? lines.map((line) => ({ ...line, many: true })) : lines;

/** Gives all panels one scale, unless it left one of them hardly any of its height. */
function valueScales(places: readonly Place[], log: boolean, one: boolean): AxisScale[] {
  const extents = places.map(({ series, rules }) => {
    const level = rules.map(({ value }) => value);
    const values = series.flatMap(({ y, low, high }) => [y, low, high]);
    return values.reduce<Ends>((ends, some) => extent(some, log, ends), extent(level, log));
  });
  const common = scaleOf(valueDomain(extent(extents.flat(), log), log), log, TICKS.y);
  const fills = extents.every(([low, high]) => shareOf(common, high) - shareOf(common, low) > LEAST_SHARE);
  return extents.map((own) => (one || fills ? common : scaleOf(valueDomain(own, log), log, TICKS.y)));
}

function linesOf(series: FigureSeries, kind: string, ink: Ink, bucketOf: (x: number) => number): FigureLine[] {
  const { arm, source, line, length, x, low, high } = series;
  const paper = source === "paper";
  const head = { arm, source, line, ink, paper };
  const strong = kind === "band";
  const stroked = (part: "" | "low" | "high", values: Float64Array, look: Partial<Look>): FigureLine => {
    const kept = keptPoints({ x, y: values, length }, bucketOf);
    const column = (all: Float64Array): Float64Array => Float64Array.from(kept, (i) => all[i]!);
    const range = strong || isSpread(series) ? { low: column(low), high: column(high) } : {};
    return { ...head, ...look, kind: "line", part, x: column(x), y: column(values), ...range, length: kept.length };
  };
  const filled: FigureLine[] =
    !paper && isSpread(series)
      ? [{ ...head, kind: "band", strong, part: strong ? "band" : "range", ...thinBand(series, bucketOf) }]
      : [];
  if (strong) return [...filled, stroked("low", low, { thin: true }), stroked("high", high, { thin: true })];
  return [...filled, stroked("", series.y, { thin: kind === "profiles" })];
}
