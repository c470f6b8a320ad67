import type { Look } from "../../view/line-style.ts";
import type { HorizontalRule } from "../../view/rules.ts";
import type { Ends } from "../../view/scale.ts";
import type { Curve } from "./curve.ts";

/** A line of a chart; the arrays may be longer than `length`. */
export interface Line extends Look {
  readonly curve: Curve;
  /** Absent for what is drawn of several seeds. */
  readonly runId?: string | undefined;
  readonly stat: string;
  readonly layer?: number | null | undefined;
  readonly distance?: number | null | undefined;
  /** In place of the arm's. */
  readonly colour?: string | undefined;
  readonly x: Float64Array;
  /** Absent in bands. */
  readonly y?: Float64Array | undefined;
  readonly low?: Float64Array | undefined;
  readonly high?: Float64Array | undefined;
  readonly length: number;
}

/** What the rectangles of a heat map are of. */
interface CellsOf {
  readonly curve?: Curve;
  /** Layers by row: cells from 0.5 to 1.5 are of the first. Default: rows are no layers. */
  readonly layers?: readonly number[];
  /** Towards which arm's colour they are shaded. Default: towards none's. */
  readonly place?: number;
}

/** Rectangles of a heat map. */
export class Cells {
  length = 0;
  readonly of: CellsOf;
  readonly x0: Float64Array;
  readonly x1: Float64Array;
  readonly y0: Float64Array;
  readonly y1: Float64Array;
  /** From nothing to much, 0 to 1. */
  readonly share: Float64Array;
  readonly value: Float64Array;

  constructor(most: number, of: CellsOf = {}) {
    const column = (): Float64Array => new Float64Array(most);
    this.of = of;
    [this.x0, this.x1, this.y0, this.y1] = [column(), column(), column(), column()];
    [this.share, this.value] = [column(), column()];
  }

  add([x0, x1]: Ends, [y0, y1]: Ends, value: number, share: number): void {
    const n = this.length++;
    [this.x0[n], this.x1[n], this.y0[n], this.y1[n]] = [x0, x1, y0, y1];
    [this.value[n], this.share[n]] = [value, share];
  }
}

export interface DrawnRule extends HorizontalRule {
  /** Whether the axis makes room for it (default). */
  readonly inRange?: boolean;
}

/** Ends and ticks that an axis is to have, in place of those of its data. */
interface FixedAxis {
  readonly domain?: Ends;
  readonly ticks?: readonly number[];
}

/** What a chart shows. */
export interface Content {
  readonly lines?: readonly Line[];
  readonly cells?: Cells;
  readonly rules?: readonly DrawnRule[];
  readonly axes?: { readonly x?: FixedAxis; readonly y?: FixedAxis };
  /** Says in words what stands at x, or last. */
  readonly describe?: (x: number | undefined) => string;
}
