// What every probe is made of
export { probe, type Found, type Measure, type Measured, type MeasuredTogether } from "../operators/probe.ts";
export type { PlainValues } from "../core/safetensors.ts";
export type { Memory } from "../core/snapshot.ts";
export {
  type Measurement,
  type OpenProbe,
  type ProbeOptions,
  type RememberingProbeOptions,
} from "../operators/probe.ts";
export { probes } from "../operators/probes.ts";
export { every, isDue, type Schedule } from "../core/schedule.ts";
export type { LossAndGradients, PassOptions, Step } from "../core/live.ts";
export type { Setting } from "../core/setting.ts";

// Probes
export { loss } from "../probes/loss.ts";
export { accuracy, type AccuracyOptions } from "../probes/accuracy.ts";
export { samples, type SamplesOptions } from "../probes/samples.ts";
export { moments, type MomentsOptions } from "../probes/moments.ts";
export type { RandomUnits, Units } from "../probes/select-unit.ts";
export { histogram, type HistogramOptions } from "../probes/histogram.ts";
export { gradientsBackward, type GradientsBackwardOptions } from "../probes/gradients-backward.ts";
export { activationGradients, type ActivationGradient } from "../operators/activation-gradients.ts";
export { orthogonalityGap } from "../probes/orthogonality-gap.ts";
export { gradientConfusion, type GradientConfusionOptions } from "../probes/gradient-confusion.ts";
export { drift, type DriftOptions } from "../probes/drift.ts";
export { deadUnits, effectiveRank, type RepresentationOptions } from "../probes/representation.ts";
export { norms, type NormsOptions } from "../probes/norms.ts";
export { ics, type IcsOptions } from "../probes/ics.ts";
export { gradientSteps, type GradientStepsOptions, type RelativeDistances } from "../probes/gradient-steps.ts";
export { curvature, type CurvatureOptions } from "../probes/curvature.ts";
export { hessian, type HessianOptions } from "../probes/hessian.ts";
export { hessianTrace, type HessianTraceOptions } from "../probes/hessian-trace.ts";
export { spectralDensity, type SpectralDensityOptions } from "../probes/spectral-density.ts";
export { sharpness, type SharpnessOptions } from "../probes/sharpness.ts";
export { gradientNoiseScale } from "../probes/gradient-noise-scale.ts";
export { theory, type TheoryOptions } from "../probes/theory.ts";
export { evaluate, type Evaluation } from "../probes/objective.ts";
