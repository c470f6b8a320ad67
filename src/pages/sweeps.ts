// Which hyper-parameters matter, and which arm takes more of them?

import { startPage } from "./parts/page.ts";
import { SweepView } from "./parts/sweep-view.ts";

startPage({
  title: "Sweeps",
  question: "Which hyper-parameters matter, and which arm can do with more of them?",
  controls: [],
  build: (context) => [new SweepView(context)],
});
