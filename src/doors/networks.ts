// Networks and layers
export { vgg, type VggOptions } from "../nn/vgg.ts";
export { deepLinear, type DeepLinearOptions } from "../nn/deep-linear.ts";
export { mlp, type MlpOptions } from "../nn/mlp.ts";
export { resnet, type ResnetOptions } from "../nn/resnet.ts";
export { transformer, type TransformerOptions } from "../nn/transformer.ts";
export { layered } from "../nn/layered.ts";
export type { Block } from "../nn/block.ts";
export { residual, type Residual, type ResidualOptions } from "../nn/residual.ts";
export { conv, type ConvOptions } from "../nn/conv.ts";
export { dense, type DenseOptions } from "../nn/dense.ts";
export { relu } from "../nn/relu.ts";
export { tanh } from "../nn/tanh.ts";
export { sigmoid } from "../nn/sigmoid.ts";
export { softplus } from "../nn/softplus.ts";
export { gelu } from "../nn/gelu.ts";
export { maxPool } from "../nn/max-pool.ts";
export { avgPool } from "../nn/avg-pool.ts";
export { globalAvgPool } from "../nn/global-avg-pool.ts";
export { dropout, type DropoutOptions } from "../nn/dropout.ts";
export { embedding, type EmbeddingOptions } from "../nn/embedding.ts";
export { positions } from "../nn/positions.ts";
export { attention, type AttentionOptions } from "../nn/attention.ts";
export { tokenMean } from "../nn/token-mean.ts";
export { sequence } from "../nn/sequence.ts";
export { reshaped } from "../nn/reshaped.ts";
export { flatten } from "../nn/flatten.ts";
export { tlu } from "../nn/tlu.ts";
export { identity } from "../nn/identity.ts";
export { batchNorm, type BatchNormOptions } from "../nn/batch-norm.ts";
export { l1Norm, l2Norm, lInfNorm, type LpNormOptions } from "../nn/lp-norm.ts";
export { layerNorm, type LayerNormOptions } from "../nn/layer-norm.ts";
export { groupNorm, type GroupNormOptions } from "../nn/group-norm.ts";
export { instanceNorm, type InstanceNormOptions } from "../nn/instance-norm.ts";
export { rmsNorm, type RmsNormOptions } from "../nn/rms-norm.ts";
export { filterResponseNorm, type FilterResponseNormOptions } from "../nn/filter-response-norm.ts";
export { ghostBatchNorm, type GhostBatchNormOptions } from "../nn/ghost-batch-norm.ts";
export { populationBatchNorm } from "../nn/population-batch-norm.ts";
export {
  scaledWeightStandardization,
  type ScaledWeightStandardizationOptions,
} from "../nn/scaled-weight-standardization.ts";
export { positionwise } from "../nn/positionwise.ts";
export { dynamicTanh, type DynamicTanhOptions } from "../nn/dynamic-tanh.ts";
export { weightNorm } from "../nn/weight-norm.ts";
export { weightStandardization, type WeightStandardizationOptions } from "../nn/weight-standardization.ts";
export { stateless, type Initial, type Layer, type Norm, type Normalization } from "../nn/layer.ts";
export type { InitialValues, LayerInfo, Mode, Network, Output, Pass, Tap } from "../core/network.ts";
export { layerOf, mapParams, roleOf, type Params, type State, type Weights } from "../core/params.ts";

// Initial values
export type { Initializer } from "../nn/initializer.ts";
export { glorotNormal, glorotUniform, type GlorotOptions } from "../nn/glorot.ts";
export { heNormal, heUniform, type HeOptions } from "../nn/he.ts";
export { lecunNormal, lecunUniform } from "../nn/lecun.ts";
export { orthogonal, type OrthogonalOptions } from "../nn/orthogonal.ts";
export { constant } from "../nn/constant.ts";

// Optimizers and losses
export { sgd, type SgdOptions } from "../optim/sgd.ts";
export { adam } from "../optim/adam.ts";
export type { AdamOptions } from "../optim/adam-options.ts";
export { adamW, type AdamWOptions } from "../optim/adam-w.ts";
export { rmsProp, type RmsPropOptions } from "../optim/rms-prop.ts";
export { muon, type MuonOptions } from "../optim/muon.ts";
export { sam, type SamOptions } from "../optim/sam.ts";
export { clipped, type ClippedOptions } from "../optim/clipped.ts";
export { frozen } from "../optim/frozen.ts";
export type { Decaying } from "../optim/weight-decay.ts";
export type { LearningRate } from "../optim/learning-rate.ts";
export type { Source, Steered, SteeredValue, StepSteering } from "../core/steering.ts";
export { stepDecay, type StepDecayOptions } from "../optim/step-decay.ts";
export { exponentialDecay, type ExponentialDecayOptions } from "../optim/exponential-decay.ts";
export { cosineDecay, type CosineDecayOptions } from "../optim/cosine-decay.ts";
export { linearWarmUp, type LinearWarmUpOptions } from "../optim/linear-warm-up.ts";
export type { Optimizer, Penalty, Update } from "../core/optimizer.ts";
export { crossEntropy, halfSquares, type Loss } from "../core/losses.ts";
export { smoothedCrossEntropy } from "../core/smoothed-cross-entropy.ts";
export { softCrossEntropy } from "../core/soft-cross-entropy.ts";
export { meanSquaredError } from "../core/mean-squared-error.ts";
export { hinge } from "../core/hinge.ts";
export { squareLoss } from "../core/square-loss.ts";
