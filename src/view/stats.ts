import { THEORY_STATS, type Good } from "../core/theory-stats.ts";

const NAMES: ReadonlyMap<string, string> = new Map([
  ["l2", "l2, the difference"],
  ["cosine", "cosine, the angle"],
  ["normalized_l2", "l2 relative to the gradient"],
]);

/** Names a stat for readers: `gradient norm` for `gradient_norm`. */
export const statName = (stat: string): string => NAMES.get(stat) ?? stat.replaceAll("_", " ");

const WAYS: Readonly<Record<string, string>> = {
  "loss / loss": "How wrong the network is on its minibatch. **Lower is better.**",
  "loss / penalized_loss": "The loss with the weight penalty, which training lowers. **Lower is better.**",
  "loss / penalty": "The weight penalty, half the weight decay times Σ w². **Neither way is good in itself.**",
  "accuracy / accuracy": "Share of the minibatch named correctly. **Higher is better.**",
  "accuracy / test_accuracy": "Share of the test images named correctly. **Higher is better.**",
  "ics / l2": "How much a layer’s gradient changes when the layers below move. **0 is no shift.**",
  "ics / cosine": "The angle between a layer’s gradients before and after the layers below move. **1 is no shift.**",
  "gradient_steps / beta":
    "Effective β-smoothness: change of the gradient per distance moved. **Low and steady is good.**",
  "moments / mean": "Mean of a layer’s values before the non-linearity. **Steady is stable.**",
  "moments / variance": "Spread of a layer’s values before the non-linearity. **Steady is stable.**",
  "norms / gradient_norm": "Length of the gradient. **Neither vanishing nor exploding is good.**",
  "timing / steps_per_second": "How fast the run trains. **Higher is faster.**",
  "timing / milliseconds_per_step": "Time that a step takes, its probes included. **Lower is faster.**",
  "timing / cpu_cores": "Processors that the whole process kept busy, all its runs together.",
  "timing / memory_bytes": "Memory of the whole process, all its runs together. **Level is good:** nothing leaks.",
  "norms / update_norm": "Length of the optimizer’s update. **Even is good.**",
};

const GOOD: Readonly<Record<Good, string>> = {
  zero: "**0 is exact.**",
  "not negative": "**0 or more means that the inequality holds.**",
  neither: "**Neither way is good in itself.**",
};

const THEORY = new Map<string, string>(
  THEORY_STATS.map(({ stat, meaning, good }) => [`theory / ${stat}`, `${meaning} ${GOOD[good]}`]),
);

/** Returns what a `probe / stat` says and which way is good, as text with `**emphasis**`. */
export function goodWay(name: string): string {
  const [probe = "", stat = ""] = name.split(" / ");
  const plain = `What the probe ${probe} read as ${stat}, of every run chosen above. **Neither way is good in itself**; docs/guide/probes.md says what each probe reads.`;
  return WAYS[name] ?? THEORY.get(name) ?? plain;
}
