import * as Plot from "@observablehq/plot";
import { type HorizontalRule, RULE_STYLE } from "../view/rules.ts";
import { shareOf } from "../view/scale.ts";
import { FONT, type PlotFrame, HEIGHT } from "./plot.ts";

const STROKE = `var(--${RULE_STYLE.ink})`;

/** Draws lines across the panel, and their names at the right: under the line where there is no room above. */
export function ruleMarks(
  rules: readonly HorizontalRule[],
  y: PlotFrame["y"],
): { lines: Plot.Markish[]; names: Plot.Markish[] } {
  const sorted = [...rules].sort((a, b) => a.value - b.value);
  const height = HEIGHT * 0.7;
  const names = sorted.map(({ label, value }, i) => {
    const above = sorted[i + 1];
    const room = above === undefined ? Infinity : (shareOf(y, above.value) - shareOf(y, value)) * height;
    const top = (1 - shareOf(y, value)) * height;
    const under = room < FONT + 6 || top < FONT + 4;
    return Plot.text([label], {
      y: [value],
      frameAnchor: "right",
      textAnchor: "end",
      lineAnchor: under ? "top" : "bottom",
      dy: under ? 4 : -4,
      dx: -4,
      fill: STROKE,
      stroke: "var(--panel)",
      strokeWidth: 6,
      ariaDescription: "rule label",
    });
  });
  const lines = sorted.map(({ label, value }) =>
    Plot.ruleY([value], {
      stroke: STROKE,
      strokeWidth: RULE_STYLE.width,
      strokeDasharray: RULE_STYLE.dash.join(" "),
      ariaDescription: `rule ${label}`,
    }),
  );
  return { lines, names };
}
