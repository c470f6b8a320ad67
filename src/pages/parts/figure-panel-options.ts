import { formatNumber } from "../../view/numbers.ts";
import type { PanelOptions } from "./panel.ts";
import type { PaperFigure } from "./paper-catalogue.ts";

/** Returns how a panel of a figure is drawn; one without a `name` bears the figure's title. */
export function figurePanelOptions(figure: PaperFigure, name: string, xLabel: string): PanelOptions {
  const { id, kind, title, caption, x, y } = figure;
  return {
    id: `figure-${id}`,
    title: name || title,
    what: caption,
    compact: true,
    height: 260,
    linked: false,
    xLabel,
    yLabel: kind === "ridge" ? x.label : y.label,
    logX: x.log,
    ...(kind === "profiles" ? { formatX: formatNumber } : {}),
    log: kind !== "ridge" && y.log ? "always" : undefined,
  };
}
