// How are the runs doing? Loss, accuracy, and a table of states, speed and time left.

import { ControlSliders } from "./parts/control-sliders.ts";
import { curveLines } from "./parts/curve-lines.ts";
import { EventList } from "./parts/event-list.ts";
import { LinePanel, type LinePanelOptions } from "./parts/line-panel.ts";
import { NetworkDiagram } from "./parts/network-diagram.ts";
import { SamplePanels } from "./parts/sample-panels.ts";
import { startPage } from "./parts/page.ts";
import { RunsTable } from "./parts/runs-table.ts";
import { formatPercent, formatPercentTick } from "../view/numbers.ts";

const loss: LinePanelOptions = {
  id: "loss",
  title: "Loss",
  what: "How wrong the network is on the minibatch it trains on. **Lower is better.** Strong lines are running means over the seeds, faint ones the readings themselves.",
  log: true,
  yLabel: "loss",
  needs: { probes: ["loss"] },
  query: () => ({ probes: ["loss"], stats: ["loss"] }),
};

const accuracy: LinePanelOptions = {
  id: "accuracy",
  title: "Accuracy",
  what: "Share of images named correctly: lines on training minibatches, dots on test images never trained on. **Higher is better**; dots far below their line mean memorising.",
  yLabel: "share named correctly",
  range: [0, 1],
  format: formatPercent,
  formatTick: formatPercentTick,
  missing: "Not recorded in these runs: accuracy needs examples with classes.",
  needs: { probes: ["accuracy"] },
  query: () => ({ probes: ["accuracy"], stats: ["accuracy", "test_accuracy"] }),
  content: (series, context) => {
    const of = (stat: string) => series.filter((one) => one.stat === stat);
    return {
      lines: [...curveLines(of("accuracy"), context), ...curveLines(of("test_accuracy"), { ...context, dots: true })],
    };
  },
};

startPage({
  title: "Overview",
  question: "How are the runs doing, and which treatment trains best?",
  controls: ["experiment", "runs", "arms", "seeds", "smooth"],
  smooth: 25,
  build: (context) => [
    new RunsTable(context),
    new LinePanel(loss, context),
    new LinePanel(accuracy, context),
    new ControlSliders(context),
    new EventList(context),
    new NetworkDiagram(),
    new SamplePanels(context),
  ],
});
