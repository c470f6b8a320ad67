import type { Step } from "../core/live.ts";
import type { Setting } from "../core/setting.ts";

/** Returns the setting of a training from one of its steps. */
export function settingOf(step: Step): Setting {
  const { layers, batch, lossName, params, activations, penaltyTerm } = step;
  return {
    layers,
    batch,
    lossName,
    hasPenalty: penaltyTerm !== undefined,
    shapes: Object.fromEntries(Object.entries(params).map(([name, { shape }]) => [name, shape])),
    unitsOf: (layer, site) =>
      activations.find((activation) => activation.layer === layer && activation.site === site)?.value.shape.at(-1),
  };
}
