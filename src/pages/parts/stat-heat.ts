import { statName } from "../../view/stats.ts";
import { choice, fillOptions } from "./choice.ts";
import type { Context } from "./context.ts";
import { HeatPanels, type HeatOptions } from "./heat-panels.ts";

interface StatHeatOptions extends Omit<HeatOptions, "controls" | "stat" | "log" | "select"> {
  /** Stats to choose from, the first of them unless the URL's `heat` names another. */
  readonly stats: readonly [string, ...string[]];
  /** Whether colours go by powers of ten. */
  readonly log: (stat: string) => boolean;
}

/** Makes heat maps, layer by step, with a control that chooses the stat they show. */
export function statHeat({ stats, log, ...rest }: StatHeatOptions, context: Context): HeatPanels {
  const [first] = stats;
  const statOf = ({ state }: Context): string => state.get("heat") ?? first;
  const { node, select } = choice("Show", "heat", (value) => ({ heat: value === first ? "" : value }));
  const named = stats.map((stat) => [stat, statName(stat)] as const);
  fillOptions(select, named, statOf(context));
  const shown = { controls: [node], stat: statOf, log: (now: Context) => log(statOf(now)), select };
  return new HeatPanels({ ...rest, ...shown }, context);
}
