import * as Plot from "@observablehq/plot";
import { DOMParser } from "linkedom";
import { plainLines, plainText } from "../core/plain-text.ts";
import type { LabelledScale } from "../view/figure.ts";
import { widthOf } from "../view/text.ts";
import { tickLabels } from "../view/ticks.ts";

/** Pixels across a panel. */
export const WIDTH = 400;

/** Pixels up a panel. */
export const HEIGHT = 256;

/** Pixels of the letters. */
export const FONT = 12;
const TOP = 30;
const BOTTOM = 46;
const RIGHT = 26;

/** A drawing of one small multiple, as an `<svg>` without styles of its own. */
export interface DrawnPanel {
  readonly title: string;
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/** What stands around the marks of a panel. */
export interface PlotFrame {
  readonly title: string;
  /** Said by screen readers. */
  readonly description: string;
  readonly x: LabelledScale;
  readonly y: LabelledScale;
  /** Labels of the y ticks, and their side. */
  readonly yLabels?: readonly string[];
  readonly yAnchor?: "left" | "right";
}

/** Draws axes and marks as an SVG string. */
export function plot(frame: PlotFrame, marks: readonly Plot.Markish[]): DrawnPanel {
  const { x, y, yLabels = tickLabels(y.ticks, y.log), yAnchor = "left" } = frame;
  const side = sideOf(yLabels);
  const drawn = Plot.plot({
    document: new DOMParser().parseFromString("<svg/>", "image/svg+xml") as unknown as Document,
    width: WIDTH,
    height: HEIGHT,
    marginTop: TOP,
    marginBottom: BOTTOM,
    marginLeft: yAnchor === "left" ? side : RIGHT,
    marginRight: yAnchor === "left" ? RIGHT : side,
    x: { type: x.log ? "log" : "linear", domain: [...x.domain], label: null },
    y: { type: y.log ? "log" : "linear", domain: [...y.domain], label: null },
    marks: [
      ...(yAnchor === "left" ? [Plot.gridY([...y.ticks], { stroke: "var(--grid)", strokeOpacity: 1 })] : []),
      ...marks,
      Plot.ruleY([y.domain[0]], { stroke: "var(--muted)", ariaDescription: "x-axis line" }),
      Plot.axisX([...x.ticks], { text: tickLabels(x.ticks, x.log), tickSize: 4, color: "var(--muted)" }),
      Plot.axisX([], {
        label: x.label,
        labelAnchor: "center",
        labelArrow: "none",
        labelOffset: 38,
        color: "var(--muted)",
      }),
      Plot.axisY([...y.ticks], { text: [...yLabels], tickSize: 0, anchor: yAnchor, color: "var(--muted)" }),
      Plot.text([y.label], {
        frameAnchor: yAnchor === "left" ? "top-left" : "top-right",
        dx: yAnchor === "left" ? 8 - side : side - 8,
        dy: -20,
        fill: "var(--muted)",
        ariaDescription: "y-axis label",
      }),
    ],
  });
  return { title: frame.title, svg: tidy(drawn.outerHTML, frame), width: WIDTH, height: HEIGHT };
}

function sideOf(labels: readonly string[]): number {
  return Math.ceil(Math.max(...labels.map((label) => widthOf(label, FONT)), 20)) + 16;
}

const COORDINATES = /\b(d|transform|points|x|y|x1|x2|y1|y2|dx|dy|width|height)="([^"]*)"/g;

/** Removes Plot's style sheet, shortens coordinates and names the drawing for screen readers. */
function tidy(svg: string, { title, description }: PlotFrame): string {
  const label = [title, description].filter((part) => part !== "").join(": ");
  return plainLines(svg)
    .replace(/<style>.*?<\/style>/s, "")
    .replace(/^<svg[^>]*>/, () => opening(WIDTH, HEIGHT, label))
    .replace(COORDINATES, (_, name: string, value: string) => `${name}="${round(value)}"`)
    .replace(/ aria-hidden="true"/g, "")
    .replace(/<(?!svg)[^>]+>/g, described);
}

/** Names parts by `aria-description` alone, as only elements with a role may have a label; their kind is `data-mark`. */
const described = (tag: string): string =>
  tag.replace(" aria-label=", tag.includes(" aria-description=") ? " data-mark=" : " aria-description=");

/** Writes the opening tag of a drawing, `width` x `height` pixels, named for screen readers. */
export function opening(width: number, height: number, label: string): string {
  const text = plainText(label).replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `role="img" aria-label="${text}" text-anchor="middle" font-family="system-ui, sans-serif" font-size="${FONT}" fill="currentColor">`
  );
}

function round(value: string): string {
  return value.replace(/\d+\.\d{2,}/g, (digits) => String(Math.round(Number(digits) * 10) / 10));
}
