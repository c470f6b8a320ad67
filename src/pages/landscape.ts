// How smooth is the loss along the gradient? Bands of loss and of gradient difference, effective beta, D over distance.

import type { Series } from "../feed/client/index.ts";
import { curveLines, edgeLines } from "./parts/curve-lines.ts";
import type { DrawnRule } from "./parts/content.ts";
import type { Context } from "./parts/context.ts";
import { LinePanel, type LinePanelOptions } from "./parts/line-panel.ts";
import type { Need } from "./parts/needs.ts";
import { startPage } from "./parts/page.ts";
import { profileLines } from "./parts/profile-lines.ts";
import { StepChoice } from "./parts/step-choice.ts";
import { formatNumber } from "../view/numbers.ts";
import { mergedRules } from "../view/rules.ts";
import { choice, fillOptions } from "./parts/choice.ts";

const DIRECTIONS: readonly (readonly [string, string])[] = [
  ["gradient_steps", "along the gradient"],
  ["random_steps", "in a random direction"],
];
const probeOf = ({ state }: Context): string => state.get("direction") ?? "gradient_steps";
const needs = (context: Context): Need => ({ probes: [probeOf(context)] });
const missing = "Not recorded in these runs. The probe gradientSteps() records it; landscape and deep-linear have it.";

/** Makes a panel of a stat recorded as a least and a largest value over the distances walked. */
const band = (stat: string, rest: Omit<LinePanelOptions, "id" | "query">): LinePanelOptions => ({
  id: stat,
  log: true,
  missing,
  needs,
  query: (context) => ({ probes: [probeOf(context)], stats: [`${stat}_min`, `${stat}_max`], distances: "none" }),
  content: (series, context) => {
    const of = (edge: string) => series.filter((one) => one.stat === `${stat}_${edge}`);
    return { lines: edgeLines(of("min"), of("max"), context) };
  },
  ...rest,
});

const loss = band("loss", {
  title: "Loss along the step",
  yLabel: "least to largest loss over η",
  what: "Least to largest loss met when walking from the weights against the gradient, over all distances η walked. **A narrow, low band is good**: the loss changes little and predictably.",
});
const difference = band("gradient_difference", {
  title: "Gradient predictiveness",
  yLabel: "‖∇L(θ − ηg) − g‖",
  what: "How far the gradient met on the way (D) is from the one at the start, least to largest over η. **Low and narrow is good**: the gradient stays valid for longer steps.",
});

function ceilings(series: readonly Series[]): DrawnRule[] {
  const rules = series.flatMap(({ stat, last, length }) => {
    const label = CEILINGS[stat];
    return label === undefined || length === 0 ? [] : [{ label, value: last[length - 1]! }];
  });
  return mergedRules(rules, true).map((rule) => ({ ...rule, inRange: false }));
}

const CEILINGS: Readonly<Record<string, string>> = {
  vanishing_gradient_beta: "1 / least η",
  edge_of_stability: "2 / learning rate",
};
const beta: LinePanelOptions = {
  id: "beta",
  title: "Effective β-smoothness",
  log: true,
  yLabel: "gradient change per distance",
  missing,
  needs,
  what: "The largest change of the gradient per distance moved. **Low and steady is good.** The dashed rules are values it takes for reasons of its own: 1 / least η where the gradient vanishes on the way, 2 / learning rate at the edge of stability.",
  query: (context) => ({ probes: [probeOf(context)], stats: ["beta", ...Object.keys(CEILINGS)], distances: "none" }),
  content: (series, context) => ({
    lines: curveLines(
      series.filter(({ stat }) => stat === "beta"),
      context,
    ),
    rules: ceilings(series),
  }),
};

startPage({
  title: "Landscape",
  question: "How smooth is the loss along the step that training takes, and how far does a gradient hold?",
  controls: ["experiment", "runs", "arms", "seeds", "smooth"],
  build: (context) => {
    const direction = choice("Walk", "direction", (value) => ({ direction: value === "gradient_steps" ? "" : value }));
    fillOptions(direction.select, DIRECTIONS, probeOf(context));
    const step = new StepChoice();
    const profile: LinePanelOptions = {
      id: "profile",
      title: "Gradient difference by distance",
      linked: false,
      log: true,
      logX: true,
      xLabel: "distance η",
      yLabel: "‖∇L(θ − ηg) − g‖",
      formatX: formatNumber,
      extra: [step.node],
      missing,
      needs,
      what: "The gradient difference D at each distance walked, at one step of the training. **Flat and low is good**: the gradient holds however far one walks.",
      query: (now) => ({ probes: [probeOf(now)], stats: ["gradient_difference"], distances: "any", points: 400 }),
      content: (series, now) => {
        const walked = series.filter(({ distance }) => distance !== null);
        const at = [...new Set(walked.flatMap(({ distance }) => distance ?? []))];
        return {
          lines: profileLines(
            walked,
            now,
            step.choose(walked.flatMap(({ lastStep, length }) => [...lastStep.subarray(0, length)])),
          ),
          axes: { x: { ticks: at } },
        };
      },
    };
    const head = { tool: direction.node, update: (now: Context) => void (direction.select.value = probeOf(now)) };
    return [head, ...[loss, difference, beta, profile].map((options) => new LinePanel(options, context))];
  },
});
