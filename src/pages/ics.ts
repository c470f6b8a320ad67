// Does a layer's gradient change when the layers below it are updated, and does BatchNorm make it change less?

import { LinePanel, type LinePanelOptions } from "./parts/line-panel.ts";
import { NetworkDiagram } from "./parts/network-diagram.ts";
import { startPage } from "./parts/page.ts";
import { statHeat } from "./parts/stat-heat.ts";

const query =
  (stat: string): LinePanelOptions["query"] =>
  ({ layer }) =>
    typeof layer !== "number" ? undefined : { probes: ["ics"], stats: [stat], layers: [layer] };
const missing =
  "Not recorded in these runs. The probe ics() records it; landscape and internal-covariate-shift have it.";

const l2: LinePanelOptions = {
  id: "l2",
  title: "Difference of gradients, ‖G − G′‖",
  what: "How much the gradient of the layer chosen changes when the layers below it make their update. **0 is no shift.** Were BatchNorm to reduce covariate shift, its curve would be the lower one.",
  log: true,
  yLabel: "‖G − G′‖",
  missing,
  needs: { probes: ["ics"] },
  query: query("l2"),
};
const cosine: LinePanelOptions = {
  id: "cosine",
  title: "Cosine of gradients",
  what: "The angle between the layer’s gradient before and after that update. **1 is no shift**, 0 is a gradient that points elsewhere, below 0 it points back.",
  yLabel: "cos(G, G′)",
  missing,
  needs: { probes: ["ics"] },
  query: query("cosine"),
};

startPage({
  title: "Internal covariate shift",
  question: "Does a layer’s gradient change when the layers below it move, and does BatchNorm make that less?",
  controls: ["experiment", "runs", "arms", "layer", "seeds", "smooth"],
  layersOf: { probes: ["ics"], stats: ["l2"] },
  build: (context) => {
    const heat = statHeat(
      {
        id: "shift-by-layer",
        title: "Every layer over time",
        what: "One row per layer, from the input at the bottom; one picture per arm, on one scale of colours. **Little shift is faint** where differences are shown, **and strong** where cosines are.",
        missing,
        probe: "ics",
        stats: ["l2", "cosine", "normalized_l2"],
        log: (stat) => stat !== "cosine",
      },
      context,
    );
    return [new LinePanel(l2, context), new LinePanel(cosine, context), heat, new NetworkDiagram()];
  },
});
