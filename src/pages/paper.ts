// The claims of papers and pipelines, and the papers' figures, as they fill in: verdicts beside thresholds, our curves over the paper's.

import { ClaimList } from "./parts/claim-list.ts";
import { FigureView } from "./parts/figure-view.ts";
import { startPage } from "./parts/page.ts";

startPage({
  title: "Claims and figures",
  question:
    "Do the claims of the paper and of pipelines hold in the runs recorded here, and do the paper’s figures look the same?",
  controls: [],
  build: (context) => [new ClaimList(context), new FigureView(context)],
});
