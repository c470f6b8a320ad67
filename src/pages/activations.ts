// What do the layers see? Histograms of activations over the steps, and their moments.

import { HistogramPanels } from "./parts/histogram-panels.ts";
import { LinePanel, type LinePanelOptions } from "./parts/line-panel.ts";
import { NetworkDiagram } from "./parts/network-diagram.ts";
import { startPage } from "./parts/page.ts";

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
    yLabel: "mean before the non-linearity",
    what: "The average of what the layer chosen hands to its non-linearity. **Steady is stable**; a line that wanders means that the layers above see their input shift.",
  }),
  moment("variance", {
    title: "Variance",
    yLabel: "variance before the non-linearity",
    log: true,
    what: "How widely those values spread. **Steady is stable**, yet an arm may wander and still learn fast: whether that matters is the paper’s question.",
  }),
  moment("excess_kurtosis", {
    title: "Excess kurtosis",
    yLabel: "excess kurtosis",
    wide: true,
    what: "How heavy the tails are: **0 is a normal law**, above it a few values are far out. l_p normalizations do not keep it near 0, and train as fast.",
    missing: "Not recorded in these runs. moments({ kurtosis: true }) records it; the pipeline landscape has it.",
    needs: { probes: ["moments"], option: "kurtosis" },
  }),
];

startPage({
  title: "Activations",
  question: "What do the layers see, and does it stay the same while the network trains?",
  controls: ["experiment", "runs", "arms", "layer", "seeds", "smooth"],
  layersOf: { probes: ["moments"], stats: ["mean"], histograms: true },
  build: (context) => [
    new HistogramPanels(context),
    ...PANELS.map((options) => new LinePanel(options, context)),
    new NetworkDiagram(),
  ],
});
