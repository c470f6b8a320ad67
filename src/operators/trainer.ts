import * as tf from "@tensorflow/tfjs";
import type { Scalar, Tensor } from "@tensorflow/tfjs";
import type { OperatorFunction } from "rxjs";
import { checkCount, checkExamples, checkLabels } from "../core/check-examples.ts";
import { checkUpdate } from "../core/check-update.ts";
import { DivergedError, UserError } from "../core/errors.ts";
import { valueAndGradients } from "../core/gradients.ts";
import { Lifetime } from "../core/lifetime.ts";
import type { Activation, Shared, Step } from "../core/live.ts";
import type { Loss } from "../core/losses.ts";
import type { Network, Tap } from "../core/network.ts";
import type { Optimizer } from "../core/optimizer.ts";
import type { Params, State } from "../core/params.ts";
import { fold, type Key } from "../core/random.ts";
import { readLater, readNow, readsAtOnce } from "../core/read.ts";
import type { Batch, Site } from "../core/types.ts";
import { showStep } from "../core/watch.ts";
import { elsewhere, labelsOf } from "./elsewhere.ts";
import { openInline, type Inline } from "./inline.ts";
import { ReadBack } from "./read-back.ts";

export interface TrainerOptions {
  readonly network: Network;
  readonly optimizer: Optimizer;
  readonly loss: Loss;
  readonly key: Key;
  readonly activations?: OperatorFunction<Activation, Activation> | undefined;
}

interface Model {
  readonly params: Params;
  readonly state: State;
  readonly optimizerState: State;
}

const tensorsOf = ({ params, state, optimizerState }: Model): Set<Tensor> =>
  new Set([params, state, optimizerState].flatMap((tensors) => Object.values(tensors)));

/** The tensors of one training. Each call of `step` is one update of them. */
export class Trainer {
  readonly #options: TrainerOptions;
  readonly #inline: Inline | undefined;
  #model: Model | undefined;
  /** Of one example, the same at every step. */
  #shape: readonly number[] | undefined;
  /** The newest step whose numbers are still on the device. */
  #unread: Promise<void> | undefined;

  constructor(options: TrainerOptions) {
    this.#options = options;
    this.#inline = options.activations && openInline(options.activations);
  }

  /**
   * Evaluates the objective on `batch`, computes the update, pushes the step to `receive` while its tensors live, and
   * only then takes the update over. Where the backend reads late, the promise resolves when this step's numbers have
   * been delivered; the parameters before the update are let go no earlier.
   *
   * @throws DivergedError (or rejects with it) when the loss is not finite, UserError when the batch or the update is not
   * what it must be; nothing is overwritten then.
   */
  step(batch: Batch, receive: (step: Step) => void): Promise<void> | undefined {
    this.#check(batch);
    const old = (this.#model ??= this.#init(batch.shape));
    const lifetime = new Lifetime();
    const kept = new Set<Tensor>();
    const readBack = new ReadBack();
    let unread: Promise<void> | undefined;
    try {
      tf.tidy(() => {
        const { step, model } = this.#evaluate(batch, old, { lifetime, kept, readBack });
        showStep(step);
        receive(step);
        this.#model = model;
        if (!readsAtOnce()) {
          unread = readBack.send(step.loss, this.#unread, (loss) => this.#confirm(loss, batch, old));
        }
      });
      const current = tensorsOf(this.#model);
      const retired = [...tensorsOf(old)].filter((tensor) => !current.has(tensor));
      const retire = () => tf.dispose(retired);
      this.#unread = unread?.finally(retire);
      if (!unread) retire();
      for (const tensor of current) kept.delete(tensor);
      return this.#unread;
    } catch (error) {
      readBack.drop();
      throw error;
    } finally {
      lifetime.end();
      for (const tensor of kept) tensor.dispose();
    }
  }

  dispose(): void {
    this.#inline?.close();
    if (this.#model) for (const tensor of tensorsOf(this.#model)) tensor.dispose();
    this.#model = undefined;
  }

  #check(batch: Batch): void {
    const { step, shape } = batch;
    const first = (this.#shape ??= shape);
    if (shape.join() !== first.join()) {
      throw new UserError(`train: the examples of step ${step} are [${shape}], those before were [${first}]`);
    }
    checkExamples(`train: step ${step}`, batch, shape, exampleOf);
  }

  #init(shape: readonly number[]): Model {
    const { network, optimizer, key } = this.#options;
    return tf.tidy(() => {
      const { params, state } = network.init(fold(key, "init"), shape);
      return { params, state, optimizerState: optimizer.init(params) };
    });
  }

  /** Tensors put into `kept` outlive the scopes inside this step, not the step. */
  #evaluate(batch: Batch, old: Model, { lifetime, kept, readBack }: Push): { step: Step; model: Model } {
    const { network, optimizer, loss: lossOf } = this.#options;
    const { params } = old;
    const keep = <T extends Tensor>(tensor: T): T => (kept.add(tf.keep(tensor)), tensor);
    const examples = tf.tensor(batch.examples, [batch.size, ...batch.shape]);
    const labels = labelsOf(batch);
    const seen: Activation[] = [];
    const tap = this.#tap(batch.step, lifetime, this.#inline, (activation) => {
      keep(activation.value);
      seen.push(activation);
    });
    let logits!: Tensor;
    let state!: State;
    const { value: loss, grads: lossGrads } = valueAndGradients(() => {
      ({ logits, state } = network.apply(params, old.state, examples, { mode: "train", tap }));
      [logits, ...Object.values(state)].forEach(keep);
      return this.#lossOf(logits, labels, batch);
    }, params);
    if (readsAtOnce()) {
      const [value] = loss.dataSync();
      if (!Number.isFinite(value)) throw diverged(value!, batch.step, seen, readNow(tf.tidy(() => seen.map(witness))));
    }

    const { penalty } = optimizer;
    const grads = penalty ? penalty.addGradient(lossGrads, params) : lossGrads;
    const updated = optimizer.update(params, grads, old.optimizerState, batch.step);
    checkUpdate(optimizer.name, updated, params);
    const model = { params: updated.params, state, optimizerState: updated.state };
    for (const tensor of tensorsOf(model)) keep(tensor);

    let penaltyValue: Scalar | undefined;
    const shared = new Map<string, unknown>();
    const borrowed = {
      loss,
      logits,
      params,
      grads,
      next: updated.params,
      penaltyTerm: penalty,
      states: { before: old.state, after: state },
      ...elsewhere({
        network,
        lossFunction: lossOf,
        activations: this.#options.activations,
        state: old.state,
        examples,
        labels,
        tapThrough: (inline) => this.#tap(batch.step, lifetime, inline, () => undefined),
      }),
      share: <T extends Shared>(name: string, make: () => T): T => {
        if (!shared.has(name)) {
          tf.tidy(() => {
            const made = make();
            tensorsIn(made).forEach(keep);
            shared.set(name, made);
          });
        }
        return shared.get(name) as T;
      },
      get penalty() {
        return (penaltyValue ??= penalty && keep(penalty.value(params)));
      },
      predict: (values: Float32Array, count: number, { intervene = false } = {}) => {
        const { activations } = this.#options;
        const fresh = intervene && activations ? openInline(activations) : undefined;
        checkCount(values, count, batch.shape);
        try {
          return tf.tidy(() => {
            const x = tf.tensor(values, [count, ...batch.shape]);
            const through = this.#tap(batch.step, lifetime, fresh, () => undefined);
            return network.apply(params, old.state, x, { mode: "evaluate", tap: through }).logits;
          });
        } finally {
          fresh?.close();
        }
      },
      read: readBack.read.bind(readBack),
    };
    const plain = {
      step: batch.step,
      batch,
      layers: network.layers,
      learningRate: updated.learningRate,
      key: this.#options.key,
      lossName: lossOf.title ?? "custom",
      lossReduction: lossOf.reduction,
      activations: seen,
    };
    return { step: lifetime.lend(`step ${batch.step}`, plain, borrowed), model };
  }

  /** The loss of what the network gave, once it is sure that the labels are of its classes and that the loss is one number. */
  #lossOf(outputs: Tensor, labels: Tensor, { step, labels: values }: Batch): Scalar {
    const { loss } = this.#options;
    if (loss.labels === "classes" && outputs.rank === 2 && values instanceof Int32Array) {
      checkLabels(`train: step ${step}`, values, outputs.shape[1]!, exampleOf);
    }
    const value = loss(outputs, labels);
    if (value.rank === 0) return value;
    throw new UserError(
      `train: the loss gives [${(value as Tensor).shape}], not one number; take the sum or the mean of it`,
    );
  }

  /** A loss read late: when it is not finite, the step is evaluated once more to see where that began. */
  async #confirm(loss: number, batch: Batch, { params, state }: Model): Promise<void> {
    if (Number.isFinite(loss)) return;
    const { network, activations } = this.#options;
    const fresh = activations && openInline(activations);
    const places: { layer: number; site: Site }[] = [];
    const witnesses: Tensor[] = [];
    tf.tidy(() => {
      const tap = this.#tap(batch.step, new Lifetime(), fresh, ({ layer, site, value }) => {
        places.push({ layer, site });
        witnesses.push(tf.keep(witness({ value })));
      });
      network.apply(params, state, tf.tensor(batch.examples, [batch.size, ...batch.shape]), { mode: "train", tap });
    });
    fresh?.close();
    const values = readLater(witnesses);
    tf.dispose(witnesses);
    throw diverged(loss, batch.step, places, await values);
  }

  /** Shows every activation to the activations operator (if any), then to `observe`. */
  #tap(step: number, lifetime: Lifetime, inline: Inline | undefined, observe: (activation: Activation) => void): Tap {
    const stepKey = fold(this.#options.key, "step", step);
    return (layer, site, value) => {
      const lend = (a: Tensor): Activation =>
        lifetime.lend(
          `layer ${layer} (${site}), step ${step}`,
          { step, layer, site },
          {
            value: a,
            get key() {
              return fold(stepKey, layer, site);
            },
          },
        );
      const before = lend(value);
      if (!inline) return (observe(before), value);
      const after = inline.push(before).value;
      return (observe(lend(after)), after);
    };
  }
}

const exampleOf = (index: number): string => `example ${index} of the batch`;

/** What lives as long as the push of one step. */
interface Push {
  readonly lifetime: Lifetime;
  readonly kept: Set<Tensor>;
  readonly readBack: ReadBack;
}

const tensorsIn = (shared: Shared): Tensor[] =>
  Object.values(shared).flatMap((value) =>
    value === undefined ? [] : value instanceof tf.Tensor ? [value] : Object.values(value),
  );

/** A number that is finite only if all values are. */
const witness = ({ value }: Pick<Activation, "value">): Tensor => tf.mean(value);

/** Names the first activation that is not finite. */
function diverged(
  loss: number,
  step: number,
  places: readonly { readonly layer: number; readonly site: Site }[],
  witnesses: readonly Float32Array[],
): DivergedError {
  const first = places.find((_, i) => !Number.isFinite(witnesses[i]![0]));
  const place = first ? `first at layer ${first.layer} (${first.site})` : "every activation is finite, the loss is not";
  return new DivergedError(`the loss is ${loss} at step ${step}: ${place}`, { step, layer: first?.layer });
}
