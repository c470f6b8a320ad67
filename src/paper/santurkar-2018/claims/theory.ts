import { measure, needs, type Claim, type ClaimMeasure } from "../../claim.ts";
import * as sql from "../measures.ts";

const theory = needs("theory", [0.1], "mlp", "vgg");

const identity = (stat: string, name: string): ClaimMeasure =>
  measure({
    what: `${name}: largest relative error`,
    needs: theory,
    sql: sql.theorem(theory, stat, "max"),
    atMost: 1e-9,
    why: "float64 rounding over a few thousand terms",
  });
/** The network's own float32 passes against the formula. */
const network = (stat: string, what: string): ClaimMeasure =>
  measure({
    what: `${what}: largest relative error in float32`,
    needs: theory,
    sql: sql.theorem(theory, stat, "max"),
    atMost: 1e-3,
    why: "float32 rounding through a layer",
  });
const margin = (stat: string, name: string, condition?: string): ClaimMeasure =>
  measure({
    what: `${name}: smallest margin`,
    needs: theory,
    sql: sql.theorem(theory, stat, "min", condition),
    atLeast: -1e-9,
    why: "0 up to float64 rounding",
  });

/** The theorems, as the probe `theory` examines them. */
export const THEORY_CLAIMS: readonly Claim[] = [
  {
    claimId: "C21",
    statement: "The theorems hold in networks that train.",
    measures: [
      identity("fact_c_1_error", "Fact C.1"),
      identity("theorem_4_1_error", "Theorem 4.1 (corrected)"),
      identity("theorem_4_2_error", "Theorem 4.2 (an equality)"),
      identity("observation_4_3_error", "Observation 4.3"),
      identity("theorem_4_4_error", "Theorem 4.4 (corrected)"),
      identity("lemma_4_5_error", "Lemma 4.5"),
      margin("theorem_4_1_margin", "Theorem 4.1"),
      margin("theorem_4_4_margin", "Theorem 4.4"),
      margin("theorem_4_2_margin", "Theorem 4.2 where ⟨g,ŷ⟩ > 0"),
      margin("lemma_4_5_margin", "Lemma 4.5 where k > 0", `${sql.fact("lemma_4_5_k")} > 0`),
      margin("observation_4_3_margin", "Observation 4.3"),
      network("fact_c_1_network_error", "Fact C.1"),
      network("theorem_4_1_network_error", "Theorem 4.1"),
      network("observation_4_3_network_error", "Observation 4.3"),
      network("weight_gradient_error", "dL̂/dW = X'd"),
      network("scale_invariance_error", "BN(aWx) = BN(Wx)"),
    ],
  },
];
