import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { UserError } from "../core/errors.ts";
import type { Params, State } from "../core/params.ts";
import { fromPlain, toPlain, toPlainLater } from "../core/plain-tensors.ts";
import { fold } from "../core/random.ts";
import { readsAtOnce } from "../core/read.ts";
import type { PlainTensor } from "../core/safetensors.ts";
import { tensorsUnder } from "../core/snapshot.ts";
import type { TrainerOptions } from "./trainer-options.ts";

/** Everything that a step of training moves. */
export interface Model {
  readonly params: Params;
  readonly state: State;
  readonly optimizerState: State;
}

/** Lists the tensors of a model, each once. */
export const tensorsOf = ({ params, state, optimizerState }: Model): Set<Tensor> =>
  new Set([params, state, optimizerState].flatMap((tensors) => Object.values(tensors)));

/**
 * Makes the model that a training begins with: drawn from the key, or of the parameters given, or as a checkpoint has it.
 *
 * @throws {UserError} when what is given is not of this network or this optimizer, and for a network without parameters.
 */
export function firstModel(options: TrainerOptions, shape: readonly number[]): Model {
  const { network, optimizer, key, initial, restored } = options;
  let model!: Model;
  tf.tidy(() => {
    const drawn = network.init(fold(key, "init"), shape);
    const params = initial ? cloned("initial.params", initial.params, drawn.params) : drawn.params;
    if (Object.keys(params).length === 0) throw new UserError(`train: ${network.name} has no parameters to train`);
    const state = initial?.state ? cloned("initial.state", initial.state, drawn.state) : drawn.state;
    model = { params, state, optimizerState: optimizer.init(params) };
    if (restored) model = restoredModel(model, restored.tensors);
    return [...tensorsOf(model)];
  });
  return model;
}

/** Reads a model as tensors `params/…`, `state/…`, `optimizer/…`; later where the backend reads late. */
export function plainModel({ params, state, optimizerState }: Model) {
  const all = { ...under("params", params), ...under("state", state), ...under("optimizer", optimizerState) };
  return readsAtOnce() ? toPlain(all) : toPlainLater(all);
}

const under = (prefix: string, tensors: State): State =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [`${prefix}/${name}`, tensor]));

function restoredModel(like: Model, tensors: Readonly<Record<string, PlainTensor>>): Model {
  const part = (prefix: string, wanted: State): State => {
    const found = fromPlain(tensorsUnder(tensors, prefix));
    checkAlike(`the checkpoint's ${prefix}`, found, wanted);
    return found;
  };
  return {
    params: part("params", like.params),
    state: part("state", like.state),
    optimizerState: part("optimizer", like.optimizerState),
  };
}

/** Returns copies of tensors that are like others: the givers keep theirs. */
function cloned(what: string, given: Params, like: Params): Params {
  checkAlike(what, given, like);
  return Object.fromEntries(Object.keys(like).map((name) => [name, tf.clone(given[name]!)]));
}

/** Checks that tensors have the names and shapes of others. */
function checkAlike(what: string, given: State, like: State): void {
  const lacking = Object.keys(like).find((name) => !(name in given));
  if (lacking !== undefined) throw new UserError(`train: ${what} have no ${lacking}, which this network has`);
  for (const [name, { shape }] of Object.entries(given)) {
    const wanted = like[name]?.shape;
    if (wanted === undefined) throw new UserError(`train: ${what} have ${name}, which this network has not`);
    if (wanted.join() !== shape.join()) {
      throw new UserError(`train: ${what} have ${name} of [${shape}], which is [${wanted}] in this network`);
    }
  }
}
