import { counted } from "./numbers.ts";
import { hint, rounded, shape, type Shape, type Sketch } from "./shapes.ts";
import { axesShapes, keyAxis, metricAxis } from "./sweep-axes.ts";
import { sweptText, type SeedRange, type SweepMeasure, type SweepSetting, type SweptKey } from "./sweep-settings.ts";

const HEIGHT = 280;
const MARGIN = { left: 56, top: 28, right: 14, bottom: 42 };
/** Pixels between the dots of arms at one place. */
const APART = 7;

type Shown = SweepSetting & { readonly values: SeedRange };

/**
 * Draws what settings came to against one hyper-parameter: a dot for each, with its range over seeds, and through the means at
 * each value a line per arm. `places` are those of arms among the colours.
 */
export function sweepScatter(
  swept: SweptKey,
  measure: SweepMeasure,
  settings: readonly SweepSetting[],
  places: ReadonlyMap<string, number>,
  width: number,
): Sketch {
  const frame = { ...MARGIN, right: width - MARGIN.right, bottom: HEIGHT - MARGIN.bottom };
  const shown = settings.filter((one): one is Shown => one.values !== undefined && one.hyper[swept.key] !== undefined);
  const x = keyAxis(swept, frame.right - frame.left, "x");
  const y = metricAxis(measure, settings, frame.bottom - frame.top);
  const arms = [...places.keys()].filter((arm) => shown.some((one) => one.arm === arm));
  const yOf = (value: number) => frame.bottom - y.placeOf(value) * (frame.bottom - frame.top);
  const xOf = ({ hyper, arm }: Pick<SweepSetting, "hyper" | "arm">) =>
    frame.left +
    x.placeOf(hyper[swept.key]!) * (frame.right - frame.left) +
    (arms.indexOf(arm) - (arms.length - 1) / 2) * APART;
  const lines = arms.map((arm) => {
    const own = shown.filter((one) => one.arm === arm);
    const points = swept.values.flatMap((value) => {
      const there = own.filter(({ hyper }) => hyper[swept.key] === value);
      if (there.length === 0) return [];
      const mean = there.reduce((sum, one) => sum + one.values.mean, 0) / there.length;
      return [`${rounded(xOf(there[0]!))},${rounded(yOf(mean))}`];
    });
    const stroke = { stroke: inkOf(places, arm), "stroke-width": 1.5, "stroke-opacity": 0.6, fill: "none" };
    return shape("path", { d: `M${points.join("L")}`, ...stroke });
  });
  const dots = shown.map((one) => dot(one, xOf(one), yOf, inkOf(places, one.arm), measure));
  const label = `${measure.name} against ${swept.key}, ${shown.length} settings`;
  return { width, height: HEIGHT, label, shapes: [...axesShapes(x, y, frame), ...lines, ...dots] };
}

function dot(
  { arm, hyper, values, trials, diverged }: Shown,
  x: number,
  yOf: (value: number) => number,
  ink: string,
  { name, write }: SweepMeasure,
): Shape {
  const { mean, low, high } = values;
  const [top, bottom] = [yOf(high), yOf(low)];
  const without = diverged > 0 ? `; ${diverged} of ${counted(trials, "trial")} diverged` : "";
  const what = `${arm}, ${sweptText(hyper)}: ${name} ${write(mean)} (${write(low)} to ${write(high)})${without}`;
  return shape("g", {}, [
    hint(what),
    shape("line", {
      x1: rounded(x),
      x2: rounded(x),
      y1: rounded(top),
      y2: rounded(bottom),
      stroke: ink,
      "stroke-width": 2,
    }),
    shape("circle", { cx: rounded(x), cy: rounded(yOf(mean)), r: 3.5, fill: ink }),
  ]);
}

/** Returns the colour of an arm, as a variable of the page. */
export const inkOf = (places: ReadonlyMap<string, number>, arm: string): string => `var(--arm-${places.get(arm) ?? 0})`;
