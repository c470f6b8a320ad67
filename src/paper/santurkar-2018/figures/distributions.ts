import type { FigureRecord } from "../../figure-record.ts";
import type { Axis } from "../../figure.ts";
import { LAYERS } from "../layers.ts";
import { MOMENT_CHANGES, MOMENT_DRIFTS } from "./stats.ts";
import { DEEP, FIVE, layersInWords, NOISY, OF_FIVE, OF_PAIR, PAIR, paperLayersInWords, STEP, VGG } from "./wording.ts";

const VALUE: Axis = { label: "value before the non-linearity" };

const { layers: SPEED_LAYERS } = LAYERS["learning-rates"];
const { layers: NOISE_LAYERS } = LAYERS["noisy-batchnorm"];
const { layers: LANDSCAPE_LAYERS } = LAYERS.landscape;
const DEEP_LAYERS = [1, 11, 24];

/** How activations are distributed, and how that changes over training. */
export const DISTRIBUTION_FIGURES: readonly FigureRecord[] = [
  {
    id: "1c",
    title: "Activations of one unit, VGG",
    caption: `Histograms over training of one unit in ${paperLayersInWords(SPEED_LAYERS)}, ${OF_PAIR}. The paper finds little difference. ${VGG}, learning rate 0.1.`,
    kind: "ridge",
    x: VALUE,
    y: STEP,
    experiment: "learning-rates",
    rates: [0.1],
    arms: PAIR,
    layers: SPEED_LAYERS,
  },
  {
    id: "2-right",
    view: "2_right",
    title: "Activations with noise after BatchNorm",
    caption: `Histograms over training of one unit in ${paperLayersInWords(NOISE_LAYERS)}: those after the noise wander, by design. ${VGG}, learning rate 0.1.`,
    kind: "ridge",
    x: VALUE,
    y: STEP,
    experiment: "noisy-batchnorm",
    rates: [0.1],
    arms: NOISY,
    layers: NOISE_LAYERS,
  },
  {
    id: "6",
    title: "Activations with l_p normalizations",
    caption: `Histograms over training of one unit in ${paperLayersInWords(LANDSCAPE_LAYERS)}: ${OF_FIVE}. l_p norms do not keep them normal or steady. ${VGG}, learning rate 0.1.`,
    kind: "ridge",
    x: VALUE,
    y: STEP,
    experiment: "landscape",
    rates: [0.1],
    arms: FIVE,
    layers: LANDSCAPE_LAYERS,
  },
  {
    id: "8a",
    title: "Change of one unit's mean and variance",
    caption: `How far mean and variance of one unit's activation move between steps 100 apart, ${paperLayersInWords(NOISE_LAYERS)}: standard, BatchNorm, BatchNorm with noise after it. Low is steady. ${VGG}, learning rate 0.1.`,
    kind: "lines",
    x: STEP,
    y: { label: "|change in 100 steps|" },
    experiment: "noisy-batchnorm",
    rates: [0.1],
    arms: NOISY,
    layers: NOISE_LAYERS,
    stats: MOMENT_CHANGES,
  },
  {
    id: "8b",
    title: "Drift of one unit's mean and variance",
    caption: `How far mean and variance of one unit's activation move since the first record, ${paperLayersInWords(NOISE_LAYERS)}: standard, BatchNorm, BatchNorm with noise after it. Low is steady. ${VGG}, learning rate 0.1.`,
    kind: "lines",
    x: STEP,
    y: { label: "change since the start" },
    experiment: "noisy-batchnorm",
    rates: [0.1],
    arms: NOISY,
    layers: NOISE_LAYERS,
    stats: MOMENT_DRIFTS,
  },
  {
    id: "9",
    title: "Activations of the deep linear network",
    caption: `Histograms over training of one unit in ${layersInWords(DEEP_LAYERS)}, no normalization: their scale is not controlled. ${DEEP}.`,
    kind: "ridge",
    x: VALUE,
    y: STEP,
    experiment: "deep-linear",
    rates: [1e-6],
    arms: ["standard"],
    layers: DEEP_LAYERS,
  },
];
