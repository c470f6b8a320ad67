import type { PlainTensor, PlainValues } from "./safetensors.ts";

/** Values that a part of a pipeline remembers from step to step, as numbers by name. */
export type Memory = Readonly<Record<string, PlainValues>>;

/** What a probe has cost so far. */
export interface ProbeCost {
  readonly calls: number;
  readonly milliseconds: number;
}

/** Everything that a training goes on from, taken down between two steps, as plain values. */
export interface TrainingSnapshot {
  /** Steps that are done: the number of the next one. */
  readonly step: number;
  /** Hash of the last batch, by which a source shows that it gives the same again. */
  readonly batchHash: number;
  /** `params/…`, `state/…` and `optimizer/…` of the model, `memory/…` of what remembers. */
  readonly tensors: Readonly<Record<string, PlainTensor>>;
  /** Costs of the probes, by name. */
  readonly costs: Readonly<Record<string, ProbeCost>>;
  /** Places of what remembers, in `memory/<place>/…`. */
  readonly places: readonly string[];
}

/** Returns the tensors whose names begin with `prefix/`, without it. */
export function tensorsUnder(
  tensors: Readonly<Record<string, PlainTensor>>,
  prefix: string,
): Readonly<Record<string, PlainTensor>> {
  const own = Object.entries(tensors).filter(([name]) => name.startsWith(`${prefix}/`));
  return Object.fromEntries(own.map(([name, tensor]) => [name.slice(prefix.length + 1), tensor]));
}

/** Returns the tensors with `prefix/` before their names. */
export function tensorsWith(
  prefix: string,
  tensors: Readonly<Record<string, PlainTensor>>,
): Readonly<Record<string, PlainTensor>> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [`${prefix}/${name}`, tensor]));
}
