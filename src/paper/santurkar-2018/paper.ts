import { fileURLToPath } from "node:url";
import { definePaper } from "../paper.ts";
import { ACCURACY_VIEW } from "./accuracy-view.ts";
import { ARMS } from "./arms.ts";
import { CLAIMS } from "./claims.ts";
import { CONDITIONS } from "./conditions.ts";
import { FIGURES } from "./figures.ts";
import { LAYERS } from "./layers.ts";
import { PLAN } from "./plan.ts";

/** Santurkar, Tsipras, Ilyas and Madry, NeurIPS 2018, arXiv:1805.11604. */
export const SANTURKAR_2018 = definePaper({
  name: "santurkar-2018",
  title: "How Does Batch Normalization Help Optimization?",
  sql: { curves: "paper_curve", figures: "figure_" },
  arms: ARMS,
  layers: LAYERS,
  // data/paper/README.md says where they come from.
  curves: { file: fileURLToPath(new URL("../../../data/paper/curves.csv", import.meta.url)), version: 1 },
  figures: FIGURES,
  views: [ACCURACY_VIEW],
  claims: CLAIMS,
  conditions: CONDITIONS,
  plan: PLAN,
});
