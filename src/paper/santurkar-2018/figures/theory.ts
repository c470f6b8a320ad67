import type { FigureRecord } from "../../figure-record.ts";

/** The setting of the theorems: a drawing, without rows. */
export const THEORY_FIGURES: readonly FigureRecord[] = [
  {
    id: "7",
    title: "The two networks of the theory",
    caption:
      "Without: weights W, linear output y, loss. With BatchNorm: W, y, (y - μ) / σ, then γ ŷ + β = z, the same loss. The theorems compare the two where both meet the loss at the same point.",
    kind: "diagram",
    x: { label: "" },
    y: { label: "" },
    experiment: "theory",
    sql: "SELECT panel, arm, source, line, x, y, low, high FROM figure_1a WHERE false",
    diagram: [
      { title: "Standard network", arm: "standard", parts: ["x", "W", "y", "L"], filled: [] },
      {
        title: "With BatchNorm",
        arm: "batchNorm",
        parts: ["x", "W", "y", "(y − μ) / σ", "γŷ + β", "z", "L̂"],
        filled: [3, 4],
      },
    ],
  },
];
