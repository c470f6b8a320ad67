import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { checkExamples } from "../core/check-examples.ts";
import { checkUpdate } from "../core/check-update.ts";
import { UserError } from "../core/errors.ts";
import { Lifetime } from "../core/lifetime.ts";
import type { Step } from "../core/live.ts";
import { readLater, readsAtOnce } from "../core/read.ts";
import type { Params } from "../core/params.ts";
import { Steering } from "../core/steering.ts";
import type { Batch, Site } from "../core/types.ts";
import { diverged, witness } from "./divergence.ts";
import { computedParts } from "./computed-parts.ts";
import { examplesOf } from "./elsewhere.ts";
import { openInline, type Inline } from "./inline.ts";
import { drawsOf, lendActivations, type Lending } from "./lend-activations.ts";
import { makeStep } from "./make-step.ts";
import { partsOf } from "./microbatches.ts";
import { firstModel, plainModel, tensorsOf, type Model } from "./model.ts";
import { exampleOf } from "./objective.ts";
import { ReadBack } from "./read-back.ts";
import type { TrainerOptions } from "./trainer-options.ts";

/** Holds the tensors of one training. Each call of `step` is one update of them. */
export class Trainer {
  readonly #options: TrainerOptions;
  readonly #inline: Inline | undefined;
  readonly #steering: Steering;
  #model: Model | undefined;
  /** Of one example, the same at every step. */
  #shape: readonly number[] | undefined;
  /** The newest step whose numbers are still on the device. */
  #unread: Promise<void> | undefined;

  constructor(options: TrainerOptions) {
    this.#options = options;
    this.#steering = new Steering(options.session.replay);
    this.#inline = options.activations && openInline(options.activations);
  }

  /**
   * Computes the objective on `batch` and the update, pushes the step to `receive` while its tensors live, and then
   * takes the update over. Where the backend reads late, returns a promise that resolves when this step's numbers have
   * been delivered; the parameters before the update are disposed of no earlier.
   *
   * @throws {DivergedError} (or rejects with it) when the loss is not finite.
   * @throws {UserError} when the batch or the update is not what it must be. Nothing is overwritten then.
   */
  step(batch: Batch, receive: (step: Step) => void): Promise<void> | undefined {
    this.#check(batch);
    const old = (this.#model ??= firstModel(this.#options, batch.shape));
    const lifetime = new Lifetime();
    const kept = new Set<Tensor>();
    const readBack = new ReadBack();
    const lending = { step: batch.step, key: this.#options.key, lifetime, steering: this.#steering.of(batch.step) };
    let unread: Promise<void> | undefined;
    try {
      tf.tidy(() => {
        const { step, model } = this.#evaluate(batch, old, { lending, kept, readBack });
        this.#options.session.showStep(step);
        receive(step);
        this.#model = model;
        if (!readsAtOnce()) {
          unread = readBack.send(step.loss, this.#unread, (loss) => this.#confirm(loss, batch, old, lending));
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

  /** Resolves when the numbers of the newest step are read; undefined where backends read at once. */
  get unread(): Promise<void> | undefined {
    return this.#unread;
  }

  /** Why it cannot be resumed; undefined where it can. */
  get refusal(): string | undefined {
    return this.#steering.refusal;
  }

  /** Reads the model between two steps. */
  plainModel(): ReturnType<typeof plainModel> {
    return plainModel(this.#model!);
  }

  dispose(): void {
    this.#inline?.close();
    this.#steering.close();
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

  /** Computes the update of a batch, and the step that describes it. */
  #evaluate(batch: Batch, old: Model, { lending, kept, readBack }: Push): { step: Step; model: Model } {
    const { optimizer, loss, microbatch, session } = this.#options;
    const keep = <T extends Tensor>(tensor: T): T => {
      kept.add(tf.keep(tensor));
      return tensor;
    };
    const parts = partsOf(batch, microbatch, loss, lending);
    const pass = computedParts(parts, this.#options, { batch, old, keep, inline: this.#inline });

    const penalized = (grads: Params): Params => optimizer.penalty?.addGradient(grads, old.params) ?? grads;
    const grads = penalized(pass.grads);
    const above = optimizer.ascend?.(old.params, pass.grads, batch.step);
    const moving = above ? penalized(pass.there.lossAndGradients(above).grads) : grads;
    const updated = optimizer.update(old.params, moving, old.optimizerState, batch.step, lending.steering);
    checkUpdate(optimizer.name, updated, old.params);
    const model = { params: updated.params, state: pass.state, optimizerState: updated.state };
    for (const tensor of tensorsOf(model)) keep(tensor);
    const { learningRate, params: next, preconditioner } = updated;
    const { params, state: before } = old;
    const made = { next, preconditioner, learningRate };
    const computed = { ...pass, ...made, batch, params, before, grads, microbatches: parts.length };
    return { step: makeStep(this.#options, computed, { lending, keep, readBack, costs: session.costs }), model };
  }

  /** A loss read late: when it is not finite, the step is evaluated once more to see where that began. */
  async #confirm(loss: number, batch: Batch, { params, state }: Model, pushed: Lending): Promise<void> {
    if (Number.isFinite(loss)) return;
    const { network, activations, microbatch, loss: lossFunction } = this.#options;
    const fresh = activations && openInline(activations);
    const places: { layer: number; site: Site }[] = [];
    const witnesses: Tensor[] = [];
    const lending = { ...pushed, lifetime: new Lifetime() };
    tf.tidy(() => {
      for (const part of partsOf(batch, microbatch, lossFunction, lending)) {
        const tap = lendActivations(part.lending, fresh, ({ layer, site, value }) => {
          places.push({ layer, site });
          witnesses.push(tf.keep(witness({ value })));
        });
        const pass = { mode: "train", tap, key: drawsOf(part.lending) } as const;
        tf.tidy(() => void network.apply(params, state, examplesOf(part.batch), pass));
      }
    });
    fresh?.close();
    const values = readLater(witnesses);
    tf.dispose(witnesses);
    throw diverged(loss, batch.step, places, await values);
  }
}

/** Tensors and requests that live as long as the push of one step. */
interface Push {
  readonly lending: Lending;
  readonly kept: Set<Tensor>;
  readonly readBack: ReadBack;
}
