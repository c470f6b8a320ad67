export { noise } from "./noise";
export { sumRows, sumSquares, sumProducts, affine, affineGradient, reluGradient, addBias } from "./channels";
export { filterGradient } from "./convolution";
export { maxPoolGradient } from "./pooling";
