// How a chart's content lies on pixels, for canvases and SVG alike.

import { type LineStyle, lineStyle } from "../../view/line-style.ts";
import type { Palette } from "../../view/palette.ts";
import { indicesIn, type Points } from "../../view/points.ts";
import { type Ends, sharer, shareOf, valueAtShare } from "../../view/scale.ts";
import type { Line } from "./content.ts";

/** What a chart shows of its content, and on how many pixels. */
export interface View {
  readonly x: Ends;
  readonly y: Ends;
  readonly log: boolean;
  readonly logX: boolean;
  readonly width: number;
  readonly height: number;
}

/** Pixels of the canvas around the axes' ends, so that dots there are whole. */
export const EDGE = 6;

/** Pixels beyond which it is all the same how far away a point is; a canvas has no more digits. */
const FAR = 100_000;

type Scaled = (value: number) => number;
export interface Mapping {
  readonly toX: Scaled;
  readonly toY: Scaled;
}

/** Gives how a line is drawn: in a colour of its own, or in that of its arm. */
export function styleOf(line: Line, colours: Palette): LineStyle & { readonly colour: string } {
  const { curve, colour = colours.arm(curve.place) } = line;
  return { colour, ...lineStyle(line, colours.dash(curve.dash)) };
}

/** Makes the mapping from values to pixels of a view. */
export function mapping({ x, y, log, logX, width, height }: View): Mapping {
  const [across, up] = [sharer({ domain: x, log: logX }), sharer({ domain: y, log })];
  return {
    toX: (value) => across(value) * width,
    toY: (value) => {
      const top = height - up(value) * height;
      return Math.abs(top) > FAR && Number.isFinite(top) ? Math.sign(top) * FAR : top;
    },
  };
}

const axisOf = (view: View, side: "x" | "y") => ({ domain: view[side], log: side === "x" ? view.logX : view.log });

/** Returns the share of the way along an axis. */
export const shareOn = (view: View | undefined, side: "x" | "y", value: number): number =>
  view ? shareOf(axisOf(view, side), value) : value;

/** Returns how many pixels from the left x stands. */
export const pixelOf = (view: View | undefined, x: number): number => shareOn(view, "x", x) * (view?.width ?? 0);

/** Returns the x that stands so many pixels from the left. */
export const valueAtPixel = (view: View | undefined, left: number): number =>
  view ? valueAtShare(axisOf(view, "x"), left / view.width) : 0;

/** Returns the pixel from which on drawing from x = `from` on draws anew: joints of lines reach a little back. */
export const leftOf = (view: View, from: number): number => Math.floor(mapping(view).toX(from)) - 2;

/** Tells whether readings stand so far apart that each gets a dot. */
export const isSparse = ({ x, length }: Pick<Points, "x" | "length">, toX: Scaled): boolean =>
  length === 1 || (length < 60 && (toX(x[length - 1]!) - toX(x[0]!)) / (length - 1) > 14);

/** Finds the index range of a line that a view needs, a point further on either side and some pixels before `from`. */
export function indexRange(line: Pick<Points, "x" | "length">, { x: [x0, x1], width }: View, from?: number): Ends {
  const early = from === undefined ? x0 : Math.max(x0, from - (5 * (x1 - x0)) / width);
  return indicesIn(line, [early, x1]);
}
