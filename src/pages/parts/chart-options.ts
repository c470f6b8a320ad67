import type { Palette } from "../../view/palette.ts";
import type { Ends } from "../../view/scale.ts";
import type { Zoom } from "./context.ts";

export interface ChartOptions {
  readonly colours: Palette;
  readonly xLabel?: string | undefined;
  /** What the y axis counts. */
  readonly yLabel?: string | undefined;
  /** Labels of the y axis. */
  readonly formatTick?: ((value: number) => string) | undefined;
  /** Fixed ends of the y axis. */
  readonly range?: Ends | undefined;
  readonly logX?: boolean | undefined;
  /** Leaves room beside the first and last x. */
  readonly padX?: boolean | undefined;
  /** Whether its x axis is that of the other charts, and so its cursor theirs (default). */
  readonly linked?: boolean | undefined;
  readonly height?: number | undefined;
  /** Pixels for a tick of the y axis. */
  readonly tickSpace?: number | undefined;
  /** Asked for other steps; without any, for all. */
  readonly onZoom?: ((from?: number, to?: number) => void) | undefined;
  readonly onCursor?: ((x: number | undefined) => void) | undefined;
}

export interface ChartState {
  /** What the x axis spans; undefined: all of the content. */
  readonly zoom?: Zoom | undefined;
  /** Lets the x axis end at a round number. */
  readonly grows?: boolean | undefined;
  readonly log?: boolean | undefined;
  /** All before that x is as it was. */
  readonly from?: number | undefined;
  readonly colours?: Palette | undefined;
}
