import type { PlanRecord } from "../plan.ts";

const SWEEP = ["0.01", "0.03", "0.3", "1"];

/** The whole paper. Learning rates stand here because one figure compares several of them. */
export const PLAN: readonly PlanRecord[] = [
  { pipeline: "learning-rates", settings: { learningRate: "0.1" }, figures: ["1"] },
  { pipeline: "learning-rates", settings: { learningRate: "0.5" }, figures: ["1"] },
  { pipeline: "noisy-batchnorm", settings: { learningRate: "0.1" }, figures: ["2", "8"] },
  { pipeline: "internal-covariate-shift", settings: { learningRate: "0.1" }, figures: ["3"] },
  { pipeline: "internal-covariate-shift", settings: { learningRate: "0.01" }, figures: ["3"] },
  { pipeline: "landscape", settings: { learningRate: "0.1" }, figures: ["4", "5", "6", "11", "12"] },
  { pipeline: "deep-linear", settings: { learningRate: "1e-6" }, figures: ["3", "5", "9", "10", "11", "13"] },
  {
    pipeline: "deep-linear",
    arms: ["standard", "batchNorm"],
    settings: { learningRate: "1e-7" },
    figures: ["3"],
  },
  { pipeline: "theory", settings: { learningRate: "0.1" }, figures: ["7"] },
  ...SWEEP.map((learningRate) => ({ pipeline: "learning-rates", settings: { learningRate }, figures: [] })),
];
