import type { Axis, Figure } from "./figure.ts";

const STEP: Axis = { label: "step" };
const ACCURACY: Axis = { label: "minibatch accuracy, %" };
const LOSS: Axis = { label: "training loss", log: true };
const BAND: Axis = { label: "loss along the gradient", log: true };
const DIFFERENCE: Axis = { label: "‖∇L(θ - ηg) - g‖", log: true };
const BETA: Axis = { label: "β, largest over η" };
const DISTANCE: Axis = { label: "η" };

const VGG = "VGG, gradient descent";
const VGG_STEPS = "steps η are 1/2, 1, 2 and 4 times the learning rate 0.1";
const DEEP = "25 linear layers of 10 units, full batches, learning rate 1e-6";
const DEEP_STEPS = "steps η are 1/100 to 30 times the learning rate 1e-6";
const FIVE = "standard, BatchNorm, L1, L2 and L∞ normalization";

const columns = "panel, arm, source, line, x, y, low, high";
const of = (view: string, stat?: string): string =>
  `SELECT ${columns} FROM figure_${view}${stat === undefined ? "" : ` WHERE stat = '${stat}'`} ORDER BY panel, arm, source, line, x`;
const ridge = (view: string): string =>
  `SELECT panel, arm, step, lo, hi, counts FROM figure_${view} ORDER BY panel, arm, step`;

/** The two values that beta takes for reasons of its own: where the gradient vanishes, and where training is unstable. */
const rules = (experiment: string, rate: number): string =>
  [
    ["vanishing_gradient_beta", "1 / least η"],
    ["edge_of_stability", "2 / learning rate"],
  ]
    .map(
      ([stat, label]) =>
        `SELECT '${label}' AS label, '' AS panel, median(value) AS value FROM paper_reading
         WHERE experiment = '${experiment}' AND learning_rate = ${rate} AND probe = 'gradient_steps' AND stat = '${stat}'
         HAVING count(*) > 0`,
    )
    .join(" UNION ALL ");

/** Those that figures show, where the experiment has more. */
const RATES: Readonly<Record<string, readonly number[]>> = { "learning-rates": [0.1, 0.5], "deep-linear": [1e-6] };
const runsOf = (experiment: string): Pick<Figure, "experiment" | "rates"> => ({
  experiment,
  ...(RATES[experiment] ? { rates: RATES[experiment] } : {}),
});

type Rest = Pick<Figure, "title" | "caption"> & Partial<Pick<Figure, "rules" | "rates">>;
const lines = (id: string, experiment: string, y: Axis, rest: Rest, stat?: string): Figure => ({
  ...{ id, ...runsOf(experiment), kind: "lines", x: STEP, y, sql: of(id.split("-")[0]!, stat) },
  ...rest,
});
const band = (id: string, experiment: string, y: Axis, rest: Rest): Figure => ({
  ...{ id, ...runsOf(experiment), kind: "band", x: STEP, y, sql: of(id) },
  ...rest,
});
const ridges = (id: string, view: string, experiment: string, rest: Rest): Figure => ({
  ...{
    id,
    ...runsOf(experiment),
    kind: "ridge",
    x: { label: "value before the non-linearity" },
    y: STEP,
    sql: ridge(view),
  },
  ...rest,
});
const profiles = (id: string, experiment: string, x: Axis, rest: Rest): Figure => ({
  ...{ id, ...runsOf(experiment), kind: "profiles", x, y: DIFFERENCE, sql: of(id) },
  ...rest,
});

/** Figures 4 and 10 with two arms, 12 and 13 with five. */
function landscape(ids: readonly [string, string, string], who: string, network: "vgg" | "dln"): readonly Figure[] {
  const [experiment, rate, settings, steps, name] =
    network === "vgg"
      ? (["landscape", 0.1, VGG, VGG_STEPS, "VGG"] as const)
      : (["deep-linear", 1e-6, DEEP, DEEP_STEPS, "deep linear network"] as const);
  const beta = network === "vgg" ? BETA : { ...BETA, log: true };
  return [
    band(ids[0], experiment, BAND, {
      title: `Loss along the gradient, ${name}`,
      caption: `From least to largest loss over steps η along the gradient, ${who}. A narrow band is good: the loss changes little. ${settings}; ${steps}.`,
    }),
    band(ids[1], experiment, network === "vgg" ? { label: DIFFERENCE.label } : DIFFERENCE, {
      title: `Gradient predictiveness, ${name}`,
      caption: `How far the gradient at the end of a step η is from that at its start, least to largest over η, ${who}. Low and narrow is good: the gradient stays valid. ${settings}; ${steps}.`,
    }),
    lines(ids[2], experiment, beta, {
      title: `Effective beta-smoothness, ${name}`,
      caption: `Largest change of the gradient per distance moved, ${who}. Low and steady is good; the rules are values it takes where the gradient vanishes (1 / least η) and at the edge of stability (2 / learning rate), whatever the curvature. ${settings}; ${steps}.`,
      rules: rules(experiment, rate),
    }),
  ];
}

const TWO = "with and without BatchNorm";

/** Every figure of the paper, in its order. Those that plot several quantities are one for each. */
export const FIGURES: readonly Figure[] = [
  lines("1a", "learning-rates", ACCURACY, {
    title: "Training accuracy, VGG",
    caption: `Minibatch accuracy ${TWO}, learning rates 0.1 and 0.5. Rising early is good. ${VGG}.`,
  }),
  lines(
    "1b",
    "learning-rates",
    { label: "test accuracy, %" },
    {
      title: "Test accuracy, VGG",
      caption: `Accuracy on the test images ${TWO}, learning rates 0.1 and 0.5. High is good. ${VGG}.`,
    },
  ),
  ridges("1c", "1c", "learning-rates", {
    title: "Activations of one unit, VGG",
    rates: [0.1],
    caption: `Histograms over training of one unit in layers 3 and 11, ${TWO}. The paper finds little difference. ${VGG}, learning rate 0.1.`,
  }),
  lines("2", "noisy-batchnorm", ACCURACY, {
    title: "Training accuracy with noise behind BatchNorm",
    caption: `Minibatch accuracy of the standard network, with BatchNorm, and with BatchNorm followed by noise whose mean and scale change at every step. Rising early is good. ${VGG}, learning rate 0.1.`,
  }),
  ridges("2-right", "2_right", "noisy-batchnorm", {
    title: "Activations with noise behind BatchNorm",
    caption: `Histograms over training of one unit in layers 2, 9 and 13: those behind the noise wander, by design. ${VGG}, learning rate 0.1.`,
  }),
  ...(
    [
      [
        "3a",
        "internal-covariate-shift",
        "train_accuracy",
        ACCURACY,
        "VGG",
        `${VGG}, learning rates 0.1 and 0.01`,
        [0.1, 0.01],
        [5, 10],
      ],
      [
        "3b",
        "deep-linear",
        "loss",
        LOSS,
        "deep linear network",
        "25 linear layers, learning rates 1e-6 and 1e-7",
        [1e-6, 1e-7],
        [9, 17],
      ],
    ] as const
  ).flatMap(([id, experiment, first, axis, network, settings, rates, layers]) => [
    lines(
      `${id}-training`,
      experiment,
      axis,
      {
        title: `Training while internal covariate shift is measured, ${network}`,
        caption: `The course of training ${TWO}. ${first === "loss" ? "Low" : "High"} is good. ${settings}.`,
        rates,
      },
      first,
    ),
    lines(
      `${id}-l2`,
      experiment,
      { label: "‖G - G'‖", log: true },
      {
        title: `Internal covariate shift, ${network}: difference`,
        caption: `How much a layer's gradient changes when the layers below make their update (layers ${layers.join(" and ")}). 0 is no shift; were BatchNorm to reduce it, its curve would be lower. ${settings}.`,
        rates,
      },
      "l2",
    ),
    lines(
      `${id}-cosine`,
      experiment,
      { label: "cos(G, G')" },
      {
        title: `Internal covariate shift, ${network}: angle`,
        caption: `Cosine between a layer's gradient before and after the layers below make their update (layers ${layers.join(" and ")}). 1 is no shift. ${settings}.`,
        rates,
      },
      "cosine",
    ),
  ]),
  ...landscape(["4a", "4b", "4c"], TWO, "vgg"),
  lines("5a", "landscape", ACCURACY, {
    title: "Training accuracy with l_p normalizations, VGG",
    caption: `Minibatch accuracy: ${FIVE}. Rising early is good. ${VGG}, learning rate 0.1.`,
  }),
  lines("5b", "deep-linear", LOSS, {
    title: "Training loss with l_p normalizations, deep linear network",
    caption: `Training loss: ${FIVE}. Low is good. ${DEEP}.`,
  }),
  ridges("6", "6", "landscape", {
    title: "Activations with l_p normalizations",
    caption: `Histograms over training of one unit in layer 11: ${FIVE}. l_p norms do not keep them normal or steady. ${VGG}, learning rate 0.1.`,
  }),
  {
    ...{ id: "7", experiment: "theory", kind: "diagram", x: { label: "" }, y: { label: "" } },
    title: "The two networks of the theory",
    caption:
      "Without: weights W, linear output y, loss. With BatchNorm: W, y, (y - μ) / σ, then γ ŷ + β = z, the same loss. The theorems compare the two where both meet the loss at the same point.",
    sql: `SELECT ${columns} FROM figure_1a WHERE false`,
  },
  ...(
    [
      ["8a", "|change in 100 steps|", "Change of one unit's mean and variance", "between steps 100 apart"],
      ["8b", "change since the start", "Drift of one unit's mean and variance", "since the first record"],
    ] as const
  ).map(([id, label, title, what]) =>
    lines(
      id,
      "noisy-batchnorm",
      { label },
      {
        title,
        caption: `How far mean and variance of one unit's activation move ${what}, layers 2, 9 and 13: standard, BatchNorm, BatchNorm with noise behind it. Low is steady. ${VGG}, learning rate 0.1.`,
      },
    ),
  ),
  ridges("9", "9", "deep-linear", {
    title: "Activations of the deep linear network",
    caption: `Histograms over training of one unit in layers 1, 11 and 24, no normalization: their scale is not controlled. ${DEEP}.`,
  }),
  ...landscape(["10a", "10b", "10c"], TWO, "dln"),
  profiles("11a", "landscape", DISTANCE, {
    title: "Gradient change along the gradient, VGG",
    caption: `How far the gradient has changed after a step η, one line per recorded step. Flat is good. ${VGG}; ${VGG_STEPS}.`,
  }),
  profiles(
    "11b",
    "deep-linear",
    { ...DISTANCE, log: true },
    {
      title: "Gradient change along the gradient, deep linear network",
      caption: `How far the gradient has changed after a step η, one line per recorded step. Flat is good. ${DEEP}; ${DEEP_STEPS}.`,
    },
  ),
  lines("12a", "landscape", ACCURACY, {
    title: "Training accuracy of five networks, VGG",
    caption: `Minibatch accuracy: ${FIVE}. Rising early is good. ${VGG}, learning rate 0.1.`,
  }),
  ...landscape(["12b", "12c", "12d"], FIVE, "vgg"),
  lines("13a", "deep-linear", LOSS, {
    title: "Training loss of five deep linear networks",
    caption: `Training loss: ${FIVE}. Low is good. ${DEEP}.`,
  }),
  ...landscape(["13b", "13c", "13d"], FIVE, "dln"),
];
