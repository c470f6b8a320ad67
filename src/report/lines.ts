import type { FigureData, Rule } from "../paper/figure.ts";
import * as Plot from "@observablehq/plot";
import { extent, rangeOf, type Range, shareOf } from "./axis.ts";
import { armColours, stepColour } from "./colours.ts";
import type { Key } from "./legend.ts";
import { type Panel, plot, plotWidth } from "./plot.ts";
import { rulesIn, ruleMarks } from "./rules.ts";
import { armsOf, distinct, heights, panelsOf, type Series, seriesOf } from "./series.ts";
import { formatNumber, numberOf } from "./text.ts";
import { type Point, thinBand, thinLine } from "./thin.ts";

export interface Drawing {
  readonly panels: readonly Panel[];
  readonly keys: readonly Key[];
  readonly notes: readonly string[];
}

interface Place {
  readonly title: string;
  readonly series: readonly Series[];
  readonly rules: readonly Rule[];
}

/** Kinds `lines` and `band`: ours solid over its range, the paper's dashed. */
export function drawLines(input: FigureData): Drawing {
  const { series, notes } = seriesOf(input);
  const band = input.figure.kind === "band";
  const colours = armColours(armsOf(series.map(({ arm }) => arm)));
  const colour = ({ arm }: Series) => colours.get(arm)!;
  const places = panelsOf(series.map(({ panel }) => panel)).map((panel) => ({
    title: panel,
    series: series.filter((line) => line.panel === panel),
    rules: rulesIn(input.rules, panel, input.figure.y.log),
  }));
  const spread = series.some(({ data, source }) => source === "ours" && data.some(({ low, high }) => low < high));
  return {
    panels: draw(input, places, (line, x, columns) => marksOf(line, colour(line), band, x, columns)),
    keys: [
      ...[...colours].map(([label, stroke]): Key => ({ label, stroke, kind: "line" })),
      ...(spread
        ? [{ label: band ? "between low and high" : "range over seeds", stroke: "var(--muted)", kind: "area" } as const]
        : []),
      ...(series.some(({ source }) => source === "paper")
        ? [{ label: "the paper", stroke: "var(--muted)", kind: "dashed" } as const]
        : []),
    ],
    notes,
  };
}

/** Kind `profiles`: a line per step, early ones blue, late ones red; ours and the paper's side by side. */
export function drawProfiles(input: FigureData): Drawing {
  const { series, notes } = seriesOf(input);
  const steps = new Map(
    distinct(series.map(({ source }) => source)).map((source) => [
      source,
      extent(series.filter((line) => line.source === source).map(({ line }) => numberOf(line))),
    ]),
  );
  const share = ({ line, source }: Series) => {
    const [first, last] = steps.get(source)!;
    return last > first ? (numberOf(line) - first) / (last - first) : 0;
  };
  const arms = armsOf(series.map(({ arm }) => arm));
  const placeOf = ({ panel, arm, source }: Series) =>
    [panel, arms.length > 1 && !panel.includes(arm) ? arm : "", source === "paper" ? "the paper" : ""]
      .filter(Boolean)
      .join(" · ");
  const byArm = arms.flatMap((arm) => series.filter((line) => line.arm === arm));
  const places = distinct(byArm.map(placeOf)).map((title) => {
    const inside = series.filter((line) => placeOf(line) === title);
    return { title, series: inside, rules: rulesIn(input.rules, inside[0]!.panel, input.figure.y.log) };
  });
  return {
    panels: draw(
      input,
      places,
      (line, x, columns) => marksOf(line, stepColour(share(line) || 0), false, x, columns, 1),
      true,
    ),
    keys: [...steps].map(([source, [first, last]]) => ({
      label: `${steps.size > 1 ? (source === "paper" ? "the paper: " : "ours: ") : ""}step ${formatNumber(first)} to ${formatNumber(last)}`,
      ...{ stroke: "", kind: "steps" },
    })),
    notes,
  };
}

type Marks = (line: Series, x: Range, columns: number) => { areas: Plot.Markish[]; lines: Plot.Markish[] };

function draw({ figure }: FigureData, places: readonly Place[], marks: Marks, oneScale = false): Panel[] {
  const x = rangeOf(xs(places.flatMap(({ series }) => series)), figure.x, 0, 5);
  const ranges = yRanges(places, figure.y, oneScale);
  return places.map(({ title, series, rules }, i) => {
    const frame = {
      title,
      description: figure.title,
      x: { ...x, label: figure.x.label },
      y: { ...ranges[i]!, label: figure.y.label },
    };
    const drawn = series.map((line) => marks(line, x, plotWidth(frame)));
    const ruled = ruleMarks(rules, frame.y);
    return plot(frame, [
      ...drawn.flatMap(({ areas }) => areas),
      ...drawn.flatMap(({ lines }) => lines),
      ...ruled.lines,
      ...ruled.names,
    ]);
  });
}

/** One scale for all panels, unless it left one of them hardly any of its height. */
function yRanges(places: readonly Place[], axis: FigureData["figure"]["y"], oneScale: boolean): Range[] {
  const values = places.map(({ series, rules }) => [...heights(series), ...rules.map(({ value }) => value)]);
  const common = rangeOf(values.flat(), axis, 0.04);
  const fills = values.every((own) => {
    const [low, high] = extent(own, axis.log);
    return shareOf(common, high) - shareOf(common, low) > 0.35;
  });
  return values.map((own) => (oneScale || fills ? common : rangeOf(own, axis, 0.04)));
}

function* xs(series: readonly Series[]): Iterable<number> {
  for (const { data } of series) for (const { x } of data) yield x;
}

function marksOf(line: Series, colour: string, band: boolean, x: Range, columns: number, width = 1.8) {
  const { arm, source, data } = line;
  const column = (value: number) => shareOf(x, value) * columns;
  const name = [arm, line.line, source].filter((part) => part !== "").join(", ");
  const stroked = (part: string, points: readonly Point[], strokeWidth: number) =>
    Plot.line(thinLine(points, column, columns), {
      x: "x",
      y: "y",
      stroke: colour,
      strokeWidth,
      ...(source === "paper" ? { strokeDasharray: "5 3", strokeLinecap: "butt" } : {}),
      ariaDescription: part === "" ? name : `${name}, ${part}`,
    });
  const edges = (strokeWidth: number) =>
    (["low", "high"] as const).map((edge) =>
      stroked(
        edge,
        data.map((datum) => ({ x: datum.x, y: datum[edge] })),
        strokeWidth,
      ),
    );
  const filled = data.some(({ low, high }) => low < high)
    ? [
        Plot.areaY(thinBand(data, column, columns), {
          x: "x",
          y1: "low",
          y2: "high",
          fill: colour,
          fillOpacity: band ? 0.3 : 0.2,
          ariaDescription: `${name}, ${band ? "band" : "range"}`,
        }),
      ]
    : [];
  if (source === "paper") return { areas: [], lines: band ? edges(1.3) : [stroked("", data, Math.min(width, 1.4))] };
  return { areas: filled, lines: band ? edges(0.8) : [stroked("", data, width)] };
}
