// Experiments
export {
  experiment,
  type Arm,
  type Experiment,
  type RunLength,
  type Scale,
  type TrialContext,
  type NoSliders,
} from "./experiment/experiment.ts";
export type { ExperimentClaim, ExperimentClaims, ExperimentMeasure, Passing } from "./experiment/claim.ts";
export type { ExperimentSweep, SweepGrid, SweepRange } from "./experiment/sweep-grid.ts";
export { slider, type SliderOptions } from "./experiment/slider.ts";
export type { ControlValues } from "./experiment/trial-controls.ts";
export { trialContext, type TrialContextOptions } from "./experiment/trial-context.ts";

// Streams
export { train, type TrainOptions } from "./operators/train.ts";
export { activations, type ActivationsOptions } from "./operators/activations.ts";
export { gradients, type GradientsOptions } from "./operators/gradients.ts";
export { injectNoise, type NoiseOptions } from "./operators/inject-noise.ts";
export { closedLoop, type Knobs, type Loop, type Steer } from "./operators/closed-loop.ts";
export type { Layers } from "./operators/select-layers.ts";
export { readings } from "./operators/readings.ts";
export type { Activation, Gradient, Objective } from "./core/live.ts";

// What has a door of its own besides
export * from "./doors/data.ts";
export * from "./doors/networks.ts";
export * from "./doors/probes.ts";
export * from "./doors/store.ts";

// Parameters in files
export { saveParams } from "./checkpoints/save-params.ts";
export { loadParams } from "./checkpoints/load-params.ts";

// Backends
export { startBackend, BACKENDS, type BackendName } from "./backend/start.ts";

// The paper that the pipelines reproduce
export { paperLayers } from "./paper/santurkar-2018/layers.ts";

// Plain values and errors
export { isEvent, isHistogram, isReading } from "./core/recorded.ts";
export type {
  EventLevel,
  Histogram,
  Hyper,
  HyperValue,
  NamedOptions,
  Reading,
  Recorded,
  Run,
  RunEvent,
  RunStatus,
  Sink,
  Site,
  Slider,
  Sliders,
  Training,
} from "./core/types.ts";
export { DivergedError, UserError } from "./core/errors.ts";
