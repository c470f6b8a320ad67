// What do the layers see? Histograms of activations over the steps, and their moments.

import { HistogramHeat, type Unit } from "./parts/histogram-heat.ts";
import type { Context } from "./parts/context.ts";
import { LinePanel, type LinePanelOptions } from "./parts/line-panel.ts";
import { Multiples } from "./parts/multiples.ts";
import { NetworkDiagram } from "./parts/network-diagram.ts";
import { startPage } from "./parts/page.ts";
import { choice, fillOptions } from "./parts/choice.ts";

type Rest = Omit<LinePanelOptions, "id" | "query">;

const moment = (stat: string, rest: Rest): LinePanelOptions => ({
  id: stat,
  missing: "Not recorded in these runs. The probe moments() records it.",
  needs: { probes: ["moments"] },
  query: ({ layer }) =>
    typeof layer !== "number" ? undefined : { probes: ["moments"], stats: [stat], layers: [layer] },
  ...rest,
});

const PANELS = [
  moment("mean", {
    title: "Mean",
    what: "The average of what the layer chosen hands to its non-linearity. **Steady is stable**; a line that wanders means that the layers above see their input shift.",
  }),
  moment("variance", {
    title: "Variance",
    log: true,
    what: "How widely those values spread. **Steady is stable**, yet an arm may wander and still learn fast: whether that matters is the paper’s question.",
  }),
  moment("excess_kurtosis", {
    title: "Excess kurtosis",
    wide: true,
    what: "How heavy the tails are: **0 is a normal law**, above it a few values are far out. l_p normalizations do not keep it near 0, and train as fast.",
    missing: "Not recorded in these runs. moments({ kurtosis: true }) records it; the pipeline landscape has it.",
    needs: { probes: ["moments"], option: "kurtosis" },
  }),
];

const unitOf = ({ state }: Context): Unit | undefined => state.get("unit");
/** Ranks the whole layer first, then units by number. */
const rank = (unit: Unit): number => (unit === "all" ? -1 : Number(unit));

startPage({
  title: "Activations",
  question: "What do the layers see, and does it stay the same while the network trains?",
  controls: ["experiment", "runs", "arms", "layer", "seeds", "smooth"],
  layersOf: { probes: ["moments"], stats: ["mean"], histograms: true },
  build: (context) => {
    const unit = choice("Unit", "unit", (value) => ({ unit: value }));
    const found = new Set<Unit>();
    const offer = (units: Iterable<Unit>): void => {
      for (const one of units) found.add(one);
      const options = [...found].sort((a, b) => rank(a) - rank(b));
      fillOptions(unit.select, [["", "first"], ...options.map((one) => [one, one] as const)], unitOf(context) ?? "");
      unit.node.hidden = options.length < 2;
    };
    const heat = new Multiples({
      id: "histograms",
      title: "Histograms over the steps",
      what: "Each column is a histogram of the layer’s values before the non-linearity at one step: the stronger its colour, the more values lie there. One picture per arm (its first seed), on one axis. **A straight, even band is a steady distribution.**",
      controls: [unit.node],
      needs: { probes: ["histogram"] },
      make: (curve, now) => new HistogramHeat(curve, now, { unitOf, offer }),
    });
    offer([]);
    return [heat, ...PANELS.map((options) => new LinePanel(options, context)), new NetworkDiagram()];
  },
});
