import type { CurvesRecord, FigureRecord } from "../../figure-record.ts";
import type { Axis } from "../../figure.ts";
import { band, BETA } from "./stats.ts";
import { DEEP, DEEP_STEPS, DIFFERENCE, FIVE, OF_FIVE, OF_PAIR, PAIR, STEP, VGG, VGG_STEPS } from "./wording.ts";

const ALONG: Axis = { label: "loss along the gradient", log: true };
const DISTANCE: Axis = { label: "η" };
const LARGEST = "β, largest over η";

/** What differs between the networks. */
interface Walked {
  readonly name: string;
  readonly experiment: string;
  readonly rate: number;
  readonly settings: string;
  readonly difference: Axis;
  readonly beta: Axis;
}

const ON_VGG: Walked = {
  name: "VGG",
  experiment: "landscape",
  rate: 0.1,
  settings: `${VGG}; ${VGG_STEPS}`,
  difference: { label: DIFFERENCE.label },
  beta: { label: LARGEST },
};

const ON_DEEP: Walked = {
  name: "deep linear network",
  experiment: "deep-linear",
  rate: 1e-6,
  settings: `${DEEP}; ${DEEP_STEPS}`,
  difference: DIFFERENCE,
  beta: { label: LARGEST, log: true },
};

/** The two values that beta takes for reasons of its own: where the gradient vanishes, and where training is unstable. */
const RULES = [
  ["vanishing_gradient_beta", "1 / least η"],
  ["edge_of_stability", "2 / learning rate"],
] as const;

const rulesOf = ({ experiment, rate }: Walked): string =>
  RULES.map(
    ([stat, label]) =>
      `SELECT '${label}' AS label, '' AS panel, median(value) AS value FROM paper_reading
         WHERE experiment = '${experiment}' AND learning_rate = ${rate} AND probe = 'gradient_steps' AND stat = '${stat}'
         HAVING count(*) > 0`,
  ).join(" UNION ALL ");

/** The landscape along the gradient: its loss, how long gradients hold, and effective beta-smoothness. */
function along(
  ids: readonly [loss: string, gradient: string, beta: string],
  on: Walked,
  arms: readonly string[],
  ofArms: string,
): readonly CurvesRecord[] {
  const { name, experiment, rate, settings } = on;
  const rates = [rate];
  return [
    {
      id: ids[0],
      title: `Loss along the gradient, ${name}`,
      caption: `From least to largest loss over steps η along the gradient, ${ofArms}. A narrow band is good: the loss changes little. ${settings}.`,
      kind: "band",
      x: STEP,
      y: ALONG,
      experiment,
      rates,
      arms,
      stats: [band("loss")],
    },
    {
      id: ids[1],
      title: `Gradient predictiveness, ${name}`,
      caption: `How far the gradient at the end of a step η is from that at its start, least to largest over η, ${ofArms}. Low and narrow is good: the gradient stays valid. ${settings}.`,
      kind: "band",
      x: STEP,
      y: on.difference,
      experiment,
      rates,
      arms,
      stats: [band("gradient_difference")],
    },
    {
      id: ids[2],
      title: `Effective beta-smoothness, ${name}`,
      caption: `Largest change of the gradient per distance moved, ${ofArms}. Low and steady is good; the rules are values it takes where the gradient vanishes (1 / least η) and at the edge of stability (2 / learning rate), whatever the curvature. ${settings}.`,
      kind: "lines",
      x: STEP,
      y: on.beta,
      experiment,
      rates,
      arms,
      stats: [BETA],
      rules: rulesOf(on),
    },
  ];
}

/** Loss and gradients along the gradient. */
export const LANDSCAPE_FIGURES: readonly FigureRecord[] = [
  ...along(["4a", "4b", "4c"], ON_VGG, PAIR, OF_PAIR),
  ...along(["10a", "10b", "10c"], ON_DEEP, PAIR, OF_PAIR),
  {
    id: "11a",
    title: "Gradient change along the gradient, VGG",
    caption: `How far the gradient has changed after a step η, one line per recorded step. Flat is good. ${VGG}; ${VGG_STEPS}.`,
    kind: "profiles",
    x: DISTANCE,
    y: DIFFERENCE,
    experiment: "landscape",
    rates: [0.1],
    arms: PAIR,
    paperStep: "step",
  },
  {
    id: "11b",
    title: "Gradient change along the gradient, deep linear network",
    caption: `How far the gradient has changed after a step η, one line per recorded step. Flat is good. ${DEEP}; ${DEEP_STEPS}.`,
    kind: "profiles",
    x: { ...DISTANCE, log: true },
    y: DIFFERENCE,
    experiment: "deep-linear",
    rates: [1e-6],
    arms: PAIR,
    // The digitised lines carry no step; their values are those of Figure 10b at these, of 50 steps per record.
    paperStep: "50 + 150 * line::INTEGER",
  },
  ...along(["12b", "12c", "12d"], ON_VGG, FIVE, OF_FIVE),
  ...along(["13b", "13c", "13d"], ON_DEEP, FIVE, OF_FIVE),
];
