/** An element of SVG as a plain value: whoever shows it makes nodes or text of it. Colours are variables of the page. */
export interface Shape {
  readonly tag: "circle" | "g" | "line" | "path" | "rect" | "text" | "title";
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly text?: string;
  readonly children?: readonly Shape[];
}

/** Shapes on a ground of so many pixels. */
export interface Sketch {
  readonly width: number;
  readonly height: number;
  /** What it shows, for those who do not see it. */
  readonly label: string;
  readonly shapes: readonly Shape[];
}

/** Rounds a coordinate to a tenth of a pixel. */
export const rounded = (pixels: number): number => Number(pixels.toFixed(1));

/** Makes a shape. */
export const shape = (tag: Shape["tag"], attributes: Shape["attributes"], children: readonly Shape[] = []): Shape => ({
  tag,
  attributes,
  children,
});

/** Makes a shape of text. */
export const words = (text: string, attributes: Shape["attributes"]): Shape => ({
  tag: "text",
  attributes: { "font-size": 12, fill: "var(--muted)", ...attributes },
  text,
});

/** Makes what is said of a shape where a pointer rests on it. */
export const hint = (text: string): Shape => ({ tag: "title", attributes: {}, text });
