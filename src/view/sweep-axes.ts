import { formatNumber } from "./numbers.ts";
import { type AxisScale, extent, scaleOf, shareOf, stepDomain, valueDomain } from "./scale.ts";
import { shape, words, type Shape } from "./shapes.ts";
import type { SeedRange, SettingValue, SweepMeasure, SweepSetting, SweptKey } from "./sweep-settings.ts";
import { tickCount, tickLabels } from "./ticks.ts";

/** Pixels that a value needs to itself, across and up. */
const [APART_X, APART_Y] = [44, 18];

/** An axis that places values of any type, from 0 to 1. */
export interface SweepAxisView {
  readonly label: string;
  readonly marks: readonly { readonly at: number; readonly text: string }[];
  readonly placeOf: (value: SettingValue) => number;
}

/** Lays a hyper-parameter out over so many pixels. */
export function keyAxis({ key, values, isNumeric, isLog }: SweptKey, pixels: number, side: "x" | "y"): SweepAxisView {
  if (!isNumeric) {
    const placeOf = (value: SettingValue): number => (values.indexOf(value) + 0.5) / values.length;
    return { label: key, placeOf, marks: values.map((value) => ({ at: placeOf(value), text: String(value) })) };
  }
  const domain = stepDomain(extent(values as readonly number[], isLog), { log: isLog, room: true });
  const axis = numberAxis(key, scaleOf(domain, isLog, tickCount(pixels, side, side === "x" ? 56 : 42)));
  // Where there is room, the values that were tried say more than round numbers between them.
  const tried = values.map((value) => ({ at: axis.placeOf(value), text: formatNumber(Number(value)) }));
  const gaps = tried.slice(1).map(({ at }, i) => (at - tried[i]!.at) * pixels);
  return Math.min(...gaps) < (side === "x" ? APART_X : APART_Y) ? axis : { ...axis, marks: tried };
}

/** Lays what settings came to out over so many pixels; over more than a factor of thirty by powers. */
export function metricAxis(
  { name, writeTick }: SweepMeasure,
  settings: readonly SweepSetting[],
  pixels: number,
): SweepAxisView {
  const ranges = settings.flatMap(({ values }): SeedRange[] => (values ? [values] : []));
  const all = ranges.flatMap(({ low, high }) => [low, high]);
  const [least, most] = extent(all, false);
  const isLog = least > 0 && most / least > 30;
  return numberAxis(name, scaleOf(valueDomain(extent(all, isLog), isLog), isLog, tickCount(pixels, "y")), writeTick);
}

function numberAxis(label: string, scale: AxisScale, write?: SweepMeasure["writeTick"]): SweepAxisView {
  const texts = write ? scale.ticks.map(write) : tickLabels(scale.ticks, scale.log);
  const placeOf = (value: SettingValue): number => shareOf(scale, Number(value));
  return { label, placeOf, marks: scale.ticks.map((tick, i) => ({ at: placeOf(tick), text: texts[i]! })) };
}

/** Where a plot lies within its sketch. */
export interface PlotArea {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Draws a grid with the axes' names and values. */
export function axesShapes(x: SweepAxisView, y: SweepAxisView, frame: PlotArea): readonly Shape[] {
  const { left, top, right, bottom } = frame;
  const xOf = (at: number) => left + at * (right - left);
  const yOf = (at: number) => bottom - at * (bottom - top);
  const line = (x1: number, y1: number, x2: number, y2: number) =>
    shape("line", { x1, y1, x2, y2, stroke: "var(--grid)", "stroke-width": 1 });
  return [
    ...x.marks.map(({ at }) => line(xOf(at), top, xOf(at), bottom)),
    ...y.marks.map(({ at }) => line(left, yOf(at), right, yOf(at))),
    ...x.marks.map(({ at, text }) => words(text, { x: xOf(at), y: bottom + 16, "text-anchor": "middle" })),
    ...y.marks.map(({ at, text }) => words(text, { x: left - 6, y: yOf(at) + 4, "text-anchor": "end" })),
    words(x.label, { x: (left + right) / 2, y: bottom + 34, "text-anchor": "middle", fill: "var(--text)" }),
    words(y.label, { x: left - 44, y: top - 10, "text-anchor": "start", fill: "var(--text)" }),
  ];
}
