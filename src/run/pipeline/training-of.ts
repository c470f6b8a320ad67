import { backendDetail } from "../../backend/start.ts";
import { descriptionOf } from "../../core/described.ts";
import { plainValue } from "../../core/plain-value.ts";
import type { NamedOptions, Training } from "../../core/types.ts";
import { trainedLayers } from "../../operators/trained-layers.ts";
import type { ProbeBegun, TrainingBegun } from "../../core/session.ts";

/** What a run is recorded to have trained on where its batches do not say where they are from. */
export const OWN_SOURCE = "own source";

/** Describes a training that begins, and the probes that wait for it, in plain values. */
export function trainingOf(
  { network, optimizer, loss, activations, batch }: TrainingBegun,
  probes: readonly ProbeBegun[],
): Training {
  const { name, penalty, options, ...more } = optimizer;
  const told = Object.entries(more).filter(([, value]) => typeof value !== "function");
  const plain = (value: NamedOptions) => plainValue(value) as NamedOptions;
  return {
    dataset: batch.source ?? OWN_SOURCE,
    network: network.name,
    optimizer: plain({
      name,
      ...Object.fromEntries(told),
      ...options,
      ...(penalty && options?.["weightDecay"] === undefined && { weightDecay: penalty.coefficient }),
    }),
    lossName: loss.title ?? (loss.name || "custom"),
    activations: activations && plain(descriptionOf(activations)),
    layers: trainedLayers(network, batch),
    backendDetail: backendDetail(),
    probes: probes.map((probe) => plain({ name: probe.name, when: probe.when, ...probe.options })),
  };
}
