// How large are gradients and updates, layer by layer?

import type { LayerChoice } from "./parts/context.ts";
import { LinePanel, type LinePanelOptions } from "./parts/line-panel.ts";
import { NetworkDiagram } from "./parts/network-diagram.ts";
import { startPage } from "./parts/page.ts";
import { statHeat } from "./parts/stat-heat.ts";

const missing = "Not recorded in these runs. The probe norms() records it; the pipeline landscape has it.";
const whole = (layer: LayerChoice): "none" | readonly number[] => (typeof layer === "number" ? [layer] : "none");

type Rest = Omit<LinePanelOptions, "id" | "query">;
const norm = (stat: string, rest: Rest): LinePanelOptions => ({
  id: stat,
  log: true,
  missing,
  needs: { probes: ["norms"] },
  query: ({ layer }) => ({ probes: ["norms"], stats: [stat], layers: whole(layer) }),
  ...rest,
});

const PANELS = [
  norm("gradient_norm", {
    title: "Gradient norm, ‖g‖",
    yLabel: "‖g‖",
    what: "How steep the loss is in the parameters of the layer chosen. **Neither vanishing nor exploding is good**; it shrinks as training converges.",
  }),
  norm("update_norm", {
    title: "Update size, ‖θ′ − θ‖",
    yLabel: "‖θ′ − θ‖",
    what: "How far the optimizer moves those parameters in one step. **Even is good**; spikes are steps that went too far.",
  }),
  norm("parameter_norm", {
    title: "Parameter norm, ‖θ‖",
    yLabel: "‖θ‖",
    what: "How large the parameters are. With a normalization after it, the length of a kernel does not change what the layer computes: **growth there is a smaller step**, not a larger output.",
  }),
  norm("distance", {
    title: "Distance from the start",
    yLabel: "‖θ − θ₀‖",
    what: "How far the parameters have come since the first record. **Neither way is good in itself**: it says whether training still moves.",
  }),
  norm("effective_learning_rate", {
    title: "Effective learning rate, η / ‖w‖²",
    yLabel: "η / ‖w‖²",
    what: "What the learning rate amounts to where the scale of the kernel w does not matter. **A slow decline is usual** under weight decay.",
    hidden: ({ layer }) => layer === "all",
    missing: "Not recorded for this layer: it has no kernel.",
  }),
  norm("angular_update", {
    title: "Angular update",
    yLabel: "radians",
    what: "The angle, in radians, by which one update turns the layer’s kernel: the true size of a step where its length does not matter. **Even is good.**",
    hidden: ({ layer }) => layer === "all",
    missing: "Not recorded for this layer: it has no kernel.",
  }),
];

startPage({
  title: "Gradients and updates",
  question:
    "How large are gradients and updates, and do they stay in proportion? Choose a layer to see two more of its kernel.",
  controls: ["experiment", "runs", "arms", "layer", "seeds", "smooth"],
  layersOf: { probes: ["norms"], stats: ["gradient_norm"] },
  wholeNetwork: true,
  build: (context) => {
    const heat = statHeat(
      {
        id: "norms-by-layer",
        title: "Every layer over time",
        what: "One row per layer, from the input at the bottom; one picture per arm, on one scale of colours by powers of ten. **An even column is good**: no layer starves while another explodes.",
        missing,
        probe: "norms",
        stats: ["gradient_norm", "update_norm", "parameter_norm", "effective_learning_rate", "angular_update"],
        log: () => true,
      },
      context,
    );
    return [
      ...PANELS.slice(0, 2).map((options) => new LinePanel(options, context)),
      heat,
      ...PANELS.slice(2).map((options) => new LinePanel(options, context)),
      new NetworkDiagram(),
    ];
  },
});
