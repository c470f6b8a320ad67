/** One line or band of a figure by x, ours on the paper's steps. NaN: a gap. */
export interface FigureSeries {
  readonly panel: string;
  readonly arm: string;
  readonly source: "ours" | "paper";
  readonly line: string;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly length: number;
}
