import { countsSteps, tickCount, tickLabels, ticks } from "../../view/ticks.ts";
import type { ChartOptions } from "./chart-options.ts";
import type { Content } from "./content.ts";
import type { View } from "./mapping.ts";

export interface Ticks {
  readonly values: readonly number[];
  readonly labels: string[];
}

type TickOptions = Pick<ChartOptions, "tickSpace" | "formatTick" | "logX" | "xLabel">;

/** Decides where and how an axis of so many pixels is labelled: as its content asks, else by the room that there is. */
export function chartTicks(
  side: "x" | "y",
  pixels: number,
  view: View | undefined,
  { axes }: Pick<Content, "axes">,
  { tickSpace, formatTick, xLabel = "step", logX = false }: TickOptions,
): Ticks {
  const log = side === "x" ? logX : view?.log === true;
  const count = tickCount(pixels, side, side === "y" ? tickSpace : undefined);
  const whole = side === "x" && countsSteps(xLabel);
  const values = axes?.[side]?.ticks ?? ticks(view?.[side] ?? [0, 1], count, log, whole);
  return { values, labels: side === "y" && formatTick ? values.map(formatTick) : tickLabels(values, log) };
}
