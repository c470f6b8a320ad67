import { stepColour } from "./palette.ts";

/** How a line is drawn. Kinds from back to front: the range of seeds or a band, raw readings, lines, dots, where runs diverged. */
export interface Look {
  readonly kind: "band" | "raw" | "line" | "dots" | "cross";
  /** The paper's own: dashed. */
  readonly paper?: boolean | undefined;
  /** One of very many. */
  readonly many?: boolean | undefined;
  /** An edge of a band. */
  readonly thin?: boolean | undefined;
  /** A band that is the thing shown, not the range of seeds behind a line. */
  readonly strong?: boolean | undefined;
}

/** Width in pixels, opacity from 0 to 1, and dashes in pixels. */
export interface LineStyle {
  readonly width: number;
  readonly alpha: number;
  readonly dash: readonly number[];
}

/** Kinds of lines from back to front. */
export const LOOK_KINDS = ["band", "raw", "line", "dots", "cross"] as const;
const PAPER_DASH = [5, 3];

/** Pixels from the middle of a cross to its ends, and what a key says of it. */
export const CROSS = { reach: 4.5, key: "× where a run diverged" } as const;

/** Pixels across the sign of a line in a legend. */
export const SIGN_WIDTH = 26;

/** Bar of the sign of lines that are steps. */
interface SignBar {
  /** From the left of the sign. */
  readonly x: number;
  readonly width: number;
  readonly height: number;
  readonly colour: string;
}

/** Gives the bars of the sign of lines that are steps, early ones to the left; those of the paper are thin. */
export function stepsSign(paper = false): SignBar[] {
  const [width, height] = paper ? [1.3, 2] : [2.2, 8];
  return Array.from({ length: 13 }, (_, i) => ({
    x: (i * SIGN_WIDTH) / 13,
    width,
    height,
    colour: stepColour(i / 12),
  }));
}

/** Opacity of an area that a legend or a ridge is filled with. */
export const AREA_ALPHA = 0.35;

/** Gives the style of a line's sign in a legend, a little wider than the line. */
export function keyStyle(look: Look, dash?: readonly number[]): LineStyle {
  const style = lineStyle(look, dash);
  return { ...style, width: style.width + 0.6 };
}

/** Gives width, opacity and dashes; `dash` are those of the arm's place. */
export function lineStyle({ kind, paper, many, thin, strong }: Look, dash: readonly number[] = []): LineStyle {
  if (kind === "band") return { width: 0, alpha: strong ? 0.28 : 0.18, dash: [] };
  if (kind === "raw") return { width: 1, alpha: many ? 0.2 : 0.35, dash: [] };
  if (kind === "cross") return { width: 2, alpha: 1, dash: [] };
  const width = paper ? 1.4 : many || thin ? 1 : 2;
  return { width, alpha: many ? 0.6 : 1, dash: paper ? PAPER_DASH : many ? [] : dash };
}
