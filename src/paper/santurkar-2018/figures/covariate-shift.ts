import type { CurvesRecord, FigureRecord } from "../../figure-record.ts";
import { LAYERS } from "../layers.ts";
import { DEEP_LOSS, icsStat, TRAIN_ACCURACY } from "./stats.ts";
import { ACCURACY, layersInWords, LOSS, OF_PAIR, PAIR, paperLayersInWords, STEP, VGG } from "./wording.ts";

/** What differs between Figure 3a and 3b. */
interface Side extends Pick<CurvesRecord, "experiment" | "rates" | "stats"> {
  readonly view: "3a" | "3b";
  readonly layers: readonly number[];
  readonly network: string;
  readonly settings: string;
  readonly progress: CurvesRecord["y"];
  readonly good: "High" | "Low";
}

const VGG_SIDE: Side = {
  view: "3a",
  experiment: "internal-covariate-shift",
  rates: [0.1, 0.01],
  layers: LAYERS["internal-covariate-shift"].layers,
  network: "VGG",
  settings: `${VGG}, learning rates 0.1 and 0.01`,
  stats: [TRAIN_ACCURACY],
  progress: ACCURACY,
  good: "High",
};

const DEEP_SIDE: Side = {
  view: "3b",
  experiment: "deep-linear",
  rates: [1e-6, 1e-7],
  layers: [9, 17],
  network: "deep linear network",
  settings: "25 linear layers, learning rates 1e-6 and 1e-7",
  stats: [DEEP_LOSS],
  progress: LOSS,
  good: "Low",
};

function shiftOf(side: Side): readonly FigureRecord[] {
  const { view, experiment, rates, layers, network, settings, stats, progress, good } = side;
  const where = view === "3a" ? paperLayersInWords(layers) : layersInWords(layers);
  const training: CurvesRecord = {
    id: `${view}-training`,
    view,
    title: `Training while internal covariate shift is measured, ${network}`,
    caption: `The course of training ${OF_PAIR}. ${good} is good. ${settings}.`,
    kind: "lines",
    x: STEP,
    y: progress,
    experiment,
    rates,
    ratesIn: "panel",
    arms: PAIR,
    stats,
  };
  return [
    training,
    {
      ...training,
      id: `${view}-l2`,
      title: `Internal covariate shift, ${network}: difference`,
      caption: `How much a layer's gradient changes when the layers below make their update (${where}). 0 is no shift; were BatchNorm to reduce it, its curve would be lower. ${settings}.`,
      y: { label: "‖G - G'‖", log: true },
      layers,
      stats: [icsStat("l2")],
    },
    {
      ...training,
      id: `${view}-cosine`,
      title: `Internal covariate shift, ${network}: angle`,
      caption: `Cosine between a layer's gradient before and after the layers below make their update (${where}). 1 is no shift. ${settings}.`,
      y: { label: "cos(G, G')" },
      layers,
      stats: [icsStat("cosine")],
    },
  ];
}

/** Internal covariate shift beside the course of training. */
export const COVARIATE_SHIFT_FIGURES: readonly FigureRecord[] = [...shiftOf(VGG_SIDE), ...shiftOf(DEEP_SIDE)];
