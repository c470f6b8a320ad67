import { hint, rounded, shape, words, type Shape, type Sketch } from "./shapes.ts";
import { keyAxis, metricAxis, type SweepAxisView } from "./sweep-axes.ts";
import { inkOf } from "./sweep-scatter.ts";
import { sweptText, sweptKeys, type SweepMeasure, type SweepSetting } from "./sweep-settings.ts";
import { widthOf } from "./text.ts";

const HEIGHT = 320;
const [TOP, BOTTOM, SIDE] = [46, 24, 58];
/** Pixels of the letters, and of the ground around them that keeps values legible on the lines behind. */
const [SIZE, AROUND] = [12, 3];
/** Settings of each arm that stand out: the best tenth, and one at least. */
const BEST = 0.1;

/**
 * Draws settings as lines through one axis for each hyper-parameter in which they differ, and one for what they came to; the best
 * of each arm stand out.
 */
export function sweepParallel(
  measure: SweepMeasure,
  settings: readonly SweepSetting[],
  places: ReadonlyMap<string, number>,
  width: number,
): Sketch {
  const shown = settings.filter(({ values }) => values !== undefined);
  const height = HEIGHT - TOP - BOTTOM;
  const keys = sweptKeys(shown);
  const result = metricAxis(measure, shown, height);
  const axes: readonly (readonly [SweepAxisView, (one: SweepSetting) => number])[] = [
    ...keys.map((swept) => {
      const axis = keyAxis(swept, height, "y");
      return [axis, (one: SweepSetting) => axis.placeOf(one.hyper[swept.key]!)] as const;
    }),
    [result, (one) => result.placeOf(one.values!.mean)],
  ];
  const xOf = (i: number) => SIDE + (i * (width - 2 * SIDE)) / Math.max(1, axes.length - 1);
  const yOf = (at: number) => HEIGHT - BOTTOM - at * height;
  const best = bestOf(shown, measure.isMax);
  const lines = [...shown]
    .sort((a, b) => Number(best.has(a)) - Number(best.has(b)))
    .map((one) => {
      const points = axes.map(([, placeOf], i) => `${rounded(xOf(i))},${rounded(yOf(placeOf(one)))}`);
      const look = best.has(one)
        ? { "stroke-width": 2.5, "stroke-opacity": 1 }
        : { "stroke-width": 1, "stroke-opacity": 0.35 };
      const swept = sweptText(
        one.hyper,
        keys.map(({ key }) => key),
      );
      return shape("path", { d: `M${points.join("L")}`, fill: "none", stroke: inkOf(places, one.arm), ...look }, [
        hint(`${one.arm}, ${swept}: ${measure.name} ${measure.write(one.values!.mean)}`),
      ]);
    });
  const label = `${shown.length} settings over ${axes.map(([axis]) => axis.label).join(", ")}`;
  return {
    width,
    height: HEIGHT,
    label,
    shapes: [...lines, ...axes.flatMap(([axis], i) => upright(axis, xOf(i), yOf, i, axes.length))],
  };
}

/** Draws one axis; names are on two heights where they would meet. */
function upright(
  axis: SweepAxisView,
  x: number,
  yOf: (at: number) => number,
  i: number,
  count: number,
): readonly Shape[] {
  const anchor = i === 0 ? "start" : i === count - 1 ? "end" : "middle";
  const nameX = i === 0 ? 4 : i === count - 1 ? x + SIDE - 4 : x;
  const isLast = i === count - 1;
  return [
    shape("line", { x1: x, x2: x, y1: yOf(0), y2: yOf(1), stroke: "var(--line)", "stroke-width": 1.5 }),
    words(axis.label, { x: nameX, y: i % 2 === 0 ? 14 : 32, "text-anchor": anchor, fill: "var(--text)" }),
    ...axis.marks.flatMap(({ at, text }) => {
      const label = words(text, { x: isLast ? x + 6 : x - 6, y: yOf(at) + 4, "text-anchor": isLast ? "start" : "end" });
      return i === 0 || isLast ? [label] : [groundOf(text, x - 6, yOf(at)), label];
    }),
  ];
}

/** Draws the ground of a value that ends at x: lines go on behind it. */
function groundOf(text: string, x: number, y: number): Shape {
  const width = widthOf(text, SIZE) + 2 * AROUND;
  return shape("rect", {
    x: rounded(x + AROUND - width),
    y: rounded(y - SIZE / 2 - AROUND),
    width: rounded(width),
    height: SIZE + 2 * AROUND,
    rx: 4,
    fill: "var(--panel)",
  });
}

function bestOf(settings: readonly SweepSetting[], isMax: boolean): ReadonlySet<SweepSetting> {
  const better = (a: SweepSetting, b: SweepSetting) => (isMax ? -1 : 1) * (a.values!.mean - b.values!.mean);
  const arms = [...new Set(settings.map(({ arm }) => arm))];
  return new Set(
    arms.flatMap((arm) => {
      const own = settings.filter((one) => one.arm === arm && one.diverged === 0).sort(better);
      return own.slice(0, Math.max(1, Math.floor(own.length * BEST)));
    }),
  );
}
