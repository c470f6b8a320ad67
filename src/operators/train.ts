import { Observable, Subject, takeUntil, type OperatorFunction } from "rxjs";
import { UserError } from "../core/errors.ts";
import type { Activation, Step } from "../core/live.ts";
import { crossEntropy, type Loss } from "../core/losses.ts";
import type { Network } from "../core/network.ts";
import type { Optimizer } from "../core/optimizer.ts";
import { callable, checkOptions, isRecord, required, seedOption, shown, whole, type Wanted } from "../core/options.ts";
import type { Weights } from "../core/params.ts";
import { rootKey } from "../core/random.ts";
import { joinedSession, ProbeSession } from "../core/session.ts";
import type { Batch } from "../core/types.ts";
import { KeptTraining } from "./kept-training.ts";
import { Trainer } from "./trainer.ts";

/** Options of `train`. */
export interface TrainOptions {
  /** Seed of the initial parameters and of every draw of the activations operator: a whole number. */
  readonly seed: number;
  /**
   * Operator that every activation passes through; gradients flow through what it does. For each activation it must
   * emit exactly one, synchronously, of the same layer, site and shape. Default: none.
   */
  readonly activations?: OperatorFunction<Activation, Activation> | undefined;
  /** Data loss. Default `crossEntropy`. */
  readonly loss?: Loss;
  /**
   * Parameters, and running statistics, to begin with, such as those of `loadParams`. They are copied. Default: drawn from
   * the seed.
   */
  readonly initial?: Weights | undefined;
  /**
   * Examples that are computed at once: the gradient of a larger batch adds up over its microbatches, one after the other,
   * each with batch statistics and noise of its own. Default: the whole batch.
   */
  readonly microbatch?: number | undefined;
}

const initialOption: Wanted = {
  what: "{ params }, with or without a state",
  accepts: (value) => isRecord(value) && isRecord(value["params"]),
};

/**
 * Trains a network: each batch becomes one step.
 *
 *     batches  --b0------b1------b2--|
 *              train(network, optimizer, { seed })
 *     steps    --s0------s1------s2--|
 *
 * For batch b at parameters p it computes the loss and the gradients g of the objective L(p; b) + penalty(p), then next
 * = optimizer(p, g, step); `step.next` is `step.params` of the following step. Tensors of a step belong to this
 * operator and are disposed of after the push. Each subscription trains anew, from the same seed to the same numbers,
 * and holds no tensor when it ends.
 *
 * Costs one forward and one backward pass per step. With `microbatch` the activations of so many examples are in memory at a
 * time, and the update is that of the whole batch: for a network without batch statistics the same but for rounding. With
 * them it is one of ghost batches: each microbatch is normalized by itself, and moves the running statistics.
 *
 * The stream errors with DivergedError when the loss is no longer finite, and with UserError when a batch has wrong
 * lengths, labels that are not classes of the network or values that are not finite, both before anything is
 * overwritten.
 *
 * @throws {UserError} when the network, the optimizer or an option is not one.
 *
 * @example
 * ```ts
 * import { take } from "rxjs";
 * import { batches, mlp, rootKey, sgd, shapes10, train } from "gradstream";
 *
 * const data = shapes10({ train: 64, test: 0 });
 * await batches(data.train, { size: 32, key: rootKey(0) })
 *   .pipe(take(3), train(mlp({ hidden: [16] }), sgd({ learningRate: 0.01 }), { seed: 0 }))
 *   .forEach(({ step, loss }) => console.log(step, loss.dataSync()[0])); // 0 2.8…, 1 …
 * ```
 */
export function train(network: Network, optimizer: Optimizer, options: TrainOptions): OperatorFunction<Batch, Step> {
  requireMethods("network", network, ["init", "apply"], "vgg()");
  requireMethods("optimizer", optimizer, ["init", "update"], "sgd({ learningRate: 0.1 })");
  const {
    seed,
    activations,
    loss = crossEntropy,
    initial,
    microbatch,
  } = checkOptions<TrainOptions>("train", options, {
    seed: required(seedOption),
    activations: callable,
    loss: callable,
    initial: initialOption,
    microbatch: whole(1),
  });
  return (batches) =>
    new Observable((subscriber) => {
      const session = joinedSession() ?? new ProbeSession();
      const restored = session.claim();
      const trainer = new Trainer({
        network,
        optimizer,
        loss,
        key: rootKey(seed),
        session,
        activations,
        initial,
        microbatch,
        restored,
      });
      const kept = new KeptTraining(session, trainer, restored);
      const letGo = session.holds(kept);
      const stop = new Subject<void>();
      let stepping = false;
      let begun = false;
      let isOver = false;
      let unread: Promise<void> | undefined;
      const finish = (): void => {
        const end = () => subscriber.complete();
        if (unread) unread.then(end, end);
        else end();
      };
      batches.pipe(takeUntil(stop)).subscribe({
        next: (batch) => {
          stepping = true;
          try {
            if (!kept.takes(batch)) return;
            if (!begun) session.showTraining({ network, optimizer, loss, activations, batch, microbatch });
            begun = true;
            unread = trainer.step(batch, (step) => subscriber.next(step));
            unread?.catch((error: unknown) => subscriber.error(error));
          } catch (error) {
            subscriber.error(error);
          } finally {
            stepping = false;
            if (subscriber.closed) trainer.dispose();
          }
          if (!subscriber.closed) session.showUpdate();
          if (isOver) finish();
        },
        error: (error) => subscriber.error(error),
        // Batches that end in the push of a step let the step be measured whole.
        complete: () => {
          isOver = true;
          if (!stepping) finish();
        },
      });
      return () => {
        stop.next();
        letGo();
        if (!stepping) trainer.dispose();
      };
    });
}

function requireMethods(what: string, value: unknown, methods: readonly string[], example: string): void {
  const given = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (methods.every((method) => typeof given[method] === "function")) return;
  throw new UserError(`train: the ${what} is ${shown(value)}; give one, such as ${example}`);
}
