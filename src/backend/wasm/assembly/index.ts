export { changeSums } from "./change-sums";
export { noise } from "./noise";
export { sumRows, sumSquares, sumProducts, affine, affineGradient, reluGradient, addBias, combination } from "./channels";
export { convolve, filterGradient, packFilter } from "./convolution";
export { maxPoolGradient } from "./pooling";
export { multiplyAddOnce } from "./products";
export { swapBlocks } from "./swap";
export { convolveTiles, filterOfTiles, gradientOfTiles, transformFilter } from "./winograd";
