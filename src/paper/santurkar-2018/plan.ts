import type { Supplement, PlanRecord } from "../plan.ts";

const SWEEP = ["0.01", "0.03", "0.3", "1"];

/** What the paper's own width gives on two cores in 40 minutes. */
const FULL_WIDTH: Supplement = {
  name: "full-width",
  title: "The First 300 Steps at Full Width",
  scale: "small",
  hyper: { width: "64", steps: "300" },
};

/** The whole paper. Learning rates stand here because one figure compares several of them. */
export const PLAN: readonly PlanRecord[] = [
  { pipeline: "learning-rates", settings: { learningRate: "0.1" }, figures: ["1"] },
  { pipeline: "learning-rates", settings: { learningRate: "0.5" }, figures: ["1"] },
  { pipeline: "noisy-batchnorm", settings: { learningRate: "0.1" }, figures: ["2", "8"] },
  { pipeline: "internal-covariate-shift", settings: { learningRate: "0.1" }, figures: ["3"] },
  { pipeline: "internal-covariate-shift", settings: { learningRate: "0.01" }, figures: ["3"] },
  { pipeline: "landscape", settings: { learningRate: "0.1" }, figures: ["4", "5", "6", "11", "12"] },
  // How far a product of 25 random matrices explodes differs by orders of magnitude from draw to draw: C13, C14.
  {
    pipeline: "deep-linear",
    arms: ["standard", "batchNorm"],
    settings: { learningRate: "1e-6" },
    figures: ["3", "5", "9", "10", "11", "13"],
    seeds: { small: 20, paper: 20 },
  },
  {
    pipeline: "deep-linear",
    arms: ["l1Norm", "l2Norm", "lInfNorm"],
    settings: { learningRate: "1e-6" },
    figures: ["3", "5", "9", "11", "13"],
  },
  {
    pipeline: "deep-linear",
    arms: ["standard", "batchNorm"],
    settings: { learningRate: "1e-7" },
    figures: ["3"],
  },
  { pipeline: "theory", settings: { learningRate: "0.1" }, figures: ["7"] },
  ...SWEEP.map((learningRate) => ({ pipeline: "learning-rates", settings: { learningRate }, figures: [] })),
  {
    pipeline: "learning-rates",
    settings: { learningRate: "0.1", log: "20" },
    figures: ["1a"],
    seeds: { small: 1 },
    supplement: FULL_WIDTH,
  },
  {
    pipeline: "noisy-batchnorm",
    arms: ["batchNorm", "noisyBatchNorm"],
    settings: { learningRate: "0.1", log: "20" },
    figures: ["2"],
    seeds: { small: 1 },
    supplement: FULL_WIDTH,
  },
  {
    pipeline: "landscape",
    arms: ["standard", "batchNorm"],
    settings: { learningRate: "0.1", log: "20" },
    figures: ["4a", "4b", "4c"],
    seeds: { small: 1 },
    supplement: FULL_WIDTH,
  },
];
