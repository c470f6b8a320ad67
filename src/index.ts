// Experiments
export { experiment, type Arm, type Experiment, type Scale, type TrialContext } from "./experiment/experiment.ts";
export { trialContext, type TrialContextOptions } from "./experiment/trial-context.ts";

// Streams
export { train, type TrainOptions } from "./operators/train.ts";
export { activations, type ActivationsOptions } from "./operators/activations.ts";
export { gradients, type GradientsOptions } from "./operators/gradients.ts";
export { injectNoise, type NoiseOptions } from "./operators/inject-noise.ts";
export { probe, type Found, type Measured, type Measurement, type ProbeOptions } from "./operators/probe.ts";
export { probes } from "./operators/probes.ts";
export { every, isDue, type Schedule } from "./core/schedule.ts";
export type { Activation, Gradient, Objective, Step } from "./core/live.ts";
export type { Setting } from "./core/setting.ts";

// Probes
export { loss } from "./probes/loss.ts";
export { accuracy, type AccuracyOptions } from "./probes/accuracy.ts";
export { moments, type MomentsOptions } from "./probes/moments.ts";
export { histogram, type HistogramOptions } from "./probes/histogram.ts";
export { drift, type DriftOptions } from "./probes/drift.ts";
export { deadUnits, effectiveRank, type RepresentationOptions } from "./probes/representation.ts";
export { norms, type NormsOptions } from "./probes/norms.ts";
export { ics, type IcsOptions } from "./probes/ics.ts";
export { gradientSteps, type GradientStepsOptions } from "./probes/gradient-steps.ts";
export { curvature, type CurvatureOptions } from "./probes/curvature.ts";
export { hessian, type HessianOptions } from "./probes/hessian.ts";
export { hessianTrace, type HessianTraceOptions } from "./probes/hessian-trace.ts";
export { spectralDensity, type SpectralDensityOptions } from "./probes/spectral-density.ts";
export { sharpness, type SharpnessOptions } from "./probes/sharpness.ts";
export { gradientNoiseScale } from "./probes/gradient-noise-scale.ts";
export { theory, type TheoryOptions } from "./probes/theory.ts";
export { evaluate, type Evaluation } from "./probes/objective.ts";

// Networks and layers
export { vgg, type VggOptions } from "./nn/vgg.ts";
export { deepLinear, type DeepLinearOptions } from "./nn/deep-linear.ts";
export { mlp, type MlpOptions } from "./nn/mlp.ts";
export { layered, type Block } from "./nn/layered.ts";
export { conv, type ConvOptions } from "./nn/conv.ts";
export { dense, type DenseOptions } from "./nn/dense.ts";
export { relu } from "./nn/relu.ts";
export { maxPool } from "./nn/max-pool.ts";
export { flatten } from "./nn/flatten.ts";
export { tlu } from "./nn/tlu.ts";
export { identity } from "./nn/identity.ts";
export { batchNorm, type BatchNormOptions } from "./nn/batch-norm.ts";
export { l1Norm, l2Norm, lInfNorm, type LpNormOptions } from "./nn/lp-norm.ts";
export { layerNorm, type LayerNormOptions } from "./nn/layer-norm.ts";
export { groupNorm, type GroupNormOptions } from "./nn/group-norm.ts";
export { instanceNorm, type InstanceNormOptions } from "./nn/instance-norm.ts";
export { rmsNorm, type RmsNormOptions } from "./nn/rms-norm.ts";
export { filterResponseNorm, type FilterResponseNormOptions } from "./nn/filter-response-norm.ts";
export { weightNorm } from "./nn/weight-norm.ts";
export { weightStandardization, type WeightStandardizationOptions } from "./nn/weight-standardization.ts";
export { stateless, type Initial, type Layer, type Norm, type Normalization } from "./nn/layer.ts";
export type { LayerInfo, Network, Output, Pass, Tap } from "./core/network.ts";
export { layerOf, mapParams, roleOf, type Params, type State } from "./core/params.ts";

// Initial values
export type { Initializer } from "./nn/initializer.ts";
export { glorotNormal, glorotUniform, type GlorotOptions } from "./nn/glorot.ts";
export { heNormal, heUniform, type HeOptions } from "./nn/he.ts";
export { lecunNormal, lecunUniform } from "./nn/lecun.ts";
export { orthogonal, type OrthogonalOptions } from "./nn/orthogonal.ts";
export { constant } from "./nn/constant.ts";

// Optimizers and losses
export { sgd, type SgdOptions } from "./optim/sgd.ts";
export type { Optimizer, Penalty, Update } from "./core/optimizer.ts";
export { crossEntropy, halfSquares, type Loss } from "./core/losses.ts";

// Data and randomness
export { batches, openDataSet, loadCifar10, shapes10, type BatchesOptions } from "./data/index.ts";
export { fold, integers, normal, permutation, rootKey, uniform, type Key } from "./core/random.ts";

// Backends
export { startBackend, BACKENDS, type BackendName } from "./backend/start.ts";

// The paper that the pipelines reproduce
export { paperLayers } from "./paper/santurkar-2018/layers.ts";

// Store and sinks
export { openStore } from "./store/open-store.ts";
export type { Store } from "./store/store.ts";
export { duckDbSink } from "./sinks/duckdb-sink.ts";
export { feedSink } from "./sinks/feed-sink.ts";
export { memorySink } from "./sinks/memory-sink.ts";

// Plain values and errors
export type {
  Batch,
  DataSet,
  RawExamples,
  Histogram,
  Hyper,
  HyperValue,
  LabelledExamples,
  NamedOptions,
  Reading,
  Recorded,
  Run,
  RunEvent,
  RunStatus,
  Sink,
  Site,
  Training,
} from "./core/types.ts";
export { DivergedError, UserError } from "./core/errors.ts";
