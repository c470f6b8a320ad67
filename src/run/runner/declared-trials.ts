import { randomUUID } from "node:crypto";
import { plainValue } from "../../core/plain-value.ts";
import type { NamedOptions, Run, Sliders, TrainedLayer, Training } from "../../core/types.ts";
import type { Arm } from "../../experiment/experiment.ts";
import type { Declaration, DeclaredArm } from "../../feed/protocol/declaration.ts";
import type { ArmPreview } from "../worker/protocol.ts";
import type { RunBasis, Trial } from "./trials.ts";

/** Says of arms what is known before they train: their layers, and what their previews showed, where there are any. */
export function declaredArms(
  arms: Readonly<Record<string, Arm>>,
  previews: ReadonlyMap<string, ArmPreview> = new Map(),
): DeclaredArm[] {
  return Object.entries(arms).map(([arm, { network }]) => {
    const preview = previews.get(arm);
    const layers = network.layers.map(({ layer, name, sites, parts }) => ({ layer, name, sites, parts }));
    const known = preview?.training;
    return {
      arm,
      network: network.name,
      layers: known?.layers ?? (plainValue(layers) as readonly TrainedLayer[]),
      probes: known ? known.probes.map((probe, i) => withMisfit(probe, preview.probes[i]?.misfit)) : null,
    };
  });
}

const withMisfit = (probe: NamedOptions, misfit: string | undefined): NamedOptions =>
  misfit === undefined ? probe : { ...probe, misfit };

/** Tells, again after each change, of trials: which are queued, which have begun, what they train. */
export class DeclaredTrials {
  readonly #told: (declaration: Declaration) => void;
  #trials: readonly Trial[];
  #declaration: Declaration;

  /** `arms` are those known before; one that is missing is known by its name until it trains. `controls` may be moved. */
  constructor(
    told: (declaration: Declaration) => void,
    { experiment, pipeline, hyper, steps }: RunBasis,
    trials: readonly Trial[],
    arms: readonly DeclaredArm[] = [],
    controls: Sliders = {},
  ) {
    this.#told = told;
    this.#trials = trials;
    const known = new Map(arms.map((one) => [one.arm, one]));
    for (const { arm, network } of trials) {
      if (!known.has(arm)) known.set(arm, { arm, network, layers: [], probes: null });
    }
    const names = [...known.keys()];
    this.#declaration = {
      id: randomUUID(),
      experiment,
      pipeline,
      steps,
      hyper,
      arms: [...known.values()],
      trials: trials.map(({ arm, seed }) => ({ arm: names.indexOf(arm), seed, runId: null })),
      ...(Object.keys(controls).length > 0 && { controls }),
    };
    if (trials.length > 0) this.#tell({});
  }

  /** Names what it declares. */
  get id(): string {
    return this.#declaration.id;
  }

  /** A trial is not trained after all. */
  skipped(trial: Trial): void {
    const index = this.#trials.indexOf(trial);
    this.#trials = this.#trials.filter((one) => one !== trial);
    this.#tell({ trials: this.#declaration.trials.filter((_, i) => i !== index) });
  }

  /** A trial has become a run. */
  begun(trial: Trial, { runId }: Pick<Run, "runId">): void {
    const index = this.#trials.indexOf(trial);
    this.#tell({ trials: this.#declaration.trials.map((one, i) => (i === index ? { ...one, runId } : one)) });
  }

  /** What an arm trains is known. */
  described(arm: string, { network, layers = [], probes }: Training): void {
    const { arms } = this.#declaration;
    const before = arms.find((one) => one.arm === arm);
    const misfits = new Map(before?.probes?.map((probe, i) => [i, probe["misfit"]]));
    const told = probes.map((probe, i) => withMisfit(probe, misfits.get(i) as string | undefined));
    const now = { arm, network, layers, probes: told };
    if (JSON.stringify(now) === JSON.stringify(before)) return;
    this.#tell({ arms: arms.map((one) => (one.arm === arm ? now : one)) });
  }

  /** Nothing more begins: what is still queued never will. */
  closed(): void {
    const trials = this.#declaration.trials.filter(({ runId }) => runId !== null);
    if (trials.length < this.#declaration.trials.length) this.#tell({ trials });
  }

  #tell(change: Partial<Declaration>): void {
    this.#declaration = { ...this.#declaration, ...change };
    this.#told(this.#declaration);
  }
}
