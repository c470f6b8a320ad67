import type { NamedOptions, TrainedLayer } from "../../core/types.ts";
import type { StoredTraining } from "../../store/queries/types.ts";
import type { Declaration, DeclaredArm, DeclaredTrial } from "../protocol/declaration.ts";

/**
 * Declares what a store has: one declaration for the runs of an experiment that have as many steps, in which runs that train and
 * measure the same share an arm.
 */
export function storedDeclarations(trainings: readonly StoredTraining[]): Declaration[] {
  const made = new Map<string, Making>();
  for (const training of trainings) {
    const { experiment, steps } = training;
    const id = `stored ${JSON.stringify([experiment, steps])}`;
    const making = made.get(id) ?? { first: training, arms: new Map(), trials: [] };
    made.set(id, making);
    add(making, training);
  }
  return [...made].map(([id, { first, arms, trials }]) => ({
    id,
    experiment: first.experiment,
    pipeline: first.pipeline,
    steps: first.steps,
    hyper: null,
    arms: [...arms.values()].map(({ declared }) => declared),
    trials,
  }));
}

interface Making {
  readonly first: StoredTraining;
  readonly arms: Map<string, { readonly index: number; readonly declared: DeclaredArm }>;
  readonly trials: DeclaredTrial[];
}

function add({ arms, trials }: Making, { runId, arm, seed, network, probes, layers }: StoredTraining): void {
  const key = JSON.stringify([arm, network, probes, layers]);
  let known = arms.get(key);
  if (!known) {
    const declared = {
      arm,
      network,
      layers: (JSON.parse(layers ?? "[]") as readonly TrainedLayer[] | null) ?? [],
      probes: JSON.parse(probes ?? "null") as readonly NamedOptions[] | null,
    };
    known = { index: arms.size, declared };
    arms.set(key, known);
  }
  trials.push({ arm: known.index, seed, runId });
}
