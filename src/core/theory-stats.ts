/** Which values of a stat are good: `zero`, `not negative` (from 0 up), or `neither` way. */
export type Good = "zero" | "not negative" | "neither";

/** One stat of a probe: its name, what it says, and which of its values are good. */
interface StatMeaning {
  readonly stat: string;
  /** What the stat is, as one sentence for readers of a chart. */
  readonly meaning: string;
  readonly good: Good;
}

/**
 * Lists the stats of the probe `theory`, in the order in which it records them, with m rows, y and z a unit's values
 * before and after BatchNorm, g = dL̂/dz, d = dL̂/dy, ŷ = (y - μ)/σ, W the kernel and X its inputs.
 *
 * The value that is recorded of a layer is the worst of its units where one way is good (the largest where 0 is, the
 * smallest where 0 and above are), else the mean over its units.
 */
export const THEORY_STATS = [
  { stat: "left_out", good: "zero", meaning: "Fraction of the units that the theorems say nothing about." },
  { stat: "lambda", good: "neither", meaning: "Largest singular value of the layer’s inputs X, from below." },
  {
    stat: "observation_4_3_loss_error",
    good: "zero",
    meaning: "Relative difference of the loss at γ = σ, β = μ from the loss without BatchNorm.",
  },
  { stat: "fact_c_1_error", good: "zero", meaning: "Fact C.1 in float64: relative error of d." },
  { stat: "fact_c_1_network_error", good: "zero", meaning: "Fact C.1: relative error of the network’s own d." },
  { stat: "theorem_4_1_error", good: "zero", meaning: "Theorem 4.1 in float64: relative error of ‖d‖²." },
  {
    stat: "theorem_4_1_network_error",
    good: "zero",
    meaning: "Theorem 4.1: relative error of the network’s own ‖d‖².",
  },
  {
    stat: "observation_4_3_error",
    good: "zero",
    meaning: "Observation 4.3 in float64: error of z = y at γ = σ, β = μ.",
  },
  {
    stat: "observation_4_3_network_error",
    good: "zero",
    meaning: "Observation 4.3: relative error of the network’s own dL̂/dy at γ = σ, β = μ.",
  },
  {
    stat: "theorem_4_4_error",
    good: "zero",
    meaning: "Theorem 4.4 in float64: relative error of the bound at an X that attains it.",
  },
  {
    stat: "weight_gradient_error",
    good: "zero",
    meaning: "Error of dL̂/dW = X'd along a random W, relative to both lengths.",
  },
  { stat: "scale_invariance_error", good: "zero", meaning: "Relative change of z when W is doubled." },
  { stat: "radial_gradient", good: "zero", meaning: "Absolute cosine of W and dL̂/dW." },
  {
    stat: "theorem_4_2_error",
    good: "zero",
    meaning: "Theorem 4.2 in float64: relative error of the curvature along d.",
  },
  {
    stat: "theorem_4_2_network_error",
    good: "zero",
    meaning: "Theorem 4.2: relative error of the network’s own curvature along d.",
  },
  {
    stat: "hessian_network_error",
    good: "zero",
    meaning: "Relative error of the network’s own Hessian at y times d, by equations 41 and 42.",
  },
  {
    stat: "theorem_4_1_margin",
    good: "not negative",
    meaning: "Theorem 4.1: part of γ²/σ² ‖g‖² by which ‖d‖² is smaller.",
  },
  {
    stat: "observation_4_3_margin",
    good: "not negative",
    meaning: "Observation 4.3: part of ‖dL/dy‖² without BatchNorm by which ‖dL̂/dy‖² is smaller.",
  },
  {
    stat: "theorem_4_4_margin",
    good: "not negative",
    meaning: "Theorem 4.4: part of the bound by which ‖dL̂/dW‖² is smaller.",
  },
  {
    stat: "theorem_4_2_margin",
    good: "not negative",
    meaning: "Theorem 4.2: part by which the curvature along d is below γ²/σ² d'Hd, of units with γ⟨g,ŷ⟩ > 0.",
  },
  {
    stat: "theorem_c_1_margin",
    good: "not negative",
    meaning: "Theorem C.1: part by which the curvature is below its bound; the bound needs d'Hd ≤ g'Hg.",
  },
  { stat: "positive_alignment", good: "neither", meaning: "Fraction of the units with ⟨g,ŷ⟩ > 0." },
  {
    stat: "theorem_4_1_printed_violated",
    good: "neither",
    meaning: "Fraction of the units at which Theorem 4.1 fails as it is printed.",
  },
  {
    stat: "theorem_4_4_printed_violated",
    good: "neither",
    meaning: "Fraction of the units at which Theorem 4.4 fails as it is printed.",
  },
  { stat: "positive_curvature", good: "neither", meaning: "Fraction of the units with d'Hd > 0." },
  {
    stat: "theorem_4_2_second_form_violated",
    good: "neither",
    meaning: "Fraction of the units at which the second form of Theorem 4.2 fails.",
  },
  { stat: "gradient_ratio", good: "neither", meaning: "Mean of ‖d‖² / ‖g‖²." },
  { stat: "mean_share", good: "neither", meaning: "Part of ‖g‖² that the projection on 1 takes, ⟨1,g⟩² / m." },
  { stat: "alignment_share", good: "neither", meaning: "Part of ‖g‖² that the projection on ŷ takes, ⟨g,ŷ⟩² / m." },
  { stat: "lemma_4_5_k", good: "neither", meaning: "Lemma 4.5: k, by which W is scaled to be nearest to its start." },
  {
    stat: "lemma_4_5_error",
    good: "zero",
    meaning: "Lemma 4.5 in float64: relative error of ‖W₀ - kW‖², where k > 0.",
  },
  {
    stat: "lemma_4_5_margin",
    good: "not negative",
    meaning: "Lemma 4.5: part of ‖W₀ - W‖² that scaling saves, where k > 0.",
  },
] as const satisfies readonly StatMeaning[];

/** Name of a stat of the probe `theory`. */
export type TheoryStat = (typeof THEORY_STATS)[number]["stat"];
