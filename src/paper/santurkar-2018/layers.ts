import { layersAt, type LayerMap } from "../layer-map.ts";

/**
 * Layers of the VGG of 16 that the paper's figures show, with those in their place in a VGG of 11. Of the theory's, which
 * no figure shows, one is near the images, one in the middle and one near the classes.
 */
export const LAYERS = {
  "noisy-batchnorm": { depth: 16, layers: [2, 9, 13], inPlace: { 11: [2, 5, 8] } },
  "learning-rates": { depth: 16, layers: [3, 11], inPlace: { 11: [3, 8] } },
  "internal-covariate-shift": { depth: 16, layers: [5, 10], inPlace: { 11: [5, 8] } },
  landscape: { depth: 16, layers: [11], inPlace: { 11: [8] } },
  theory: { depth: 16, layers: [2, 5, 10], inPlace: { 11: [2, 5, 8] } },
} as const satisfies LayerMap;

/** Gives the layers of a VGG of this depth that stand for those the paper's figures show of an experiment. */
export function paperLayers(experiment: keyof typeof LAYERS, depth: number): readonly number[] {
  return layersAt(LAYERS[experiment], depth);
}
