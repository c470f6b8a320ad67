import { Observable, Subject, takeUntil, type OperatorFunction } from "rxjs";
import { UserError } from "../core/errors.ts";
import type { Activation, Step } from "../core/live.ts";
import { crossEntropy, type Loss } from "../core/losses.ts";
import type { Network } from "../core/network.ts";
import type { Optimizer } from "../core/optimizer.ts";
import { callable, checkOptions, required, shown, type Wanted } from "../core/options.ts";
import { rootKey } from "../core/random.ts";
import { joinedSession, Session } from "../core/session.ts";
import type { Batch } from "../core/types.ts";
import { Trainer } from "./trainer.ts";

export interface TrainOptions {
  /** Seed of the initial parameters and of every draw of the activations operator. */
  readonly seed: number;
  /**
   * Operator that every activation passes through in line; gradients flow through what it does. For each activation
   * that goes in, exactly one must come out, synchronously, of the same layer, site and shape. Default: none.
   */
  readonly activations?: OperatorFunction<Activation, Activation> | undefined;
  /** Data loss. Default `crossEntropy`. */
  readonly loss?: Loss;
}

const seedOption: Wanted = { what: "a whole number", accepts: Number.isSafeInteger };

/**
 * Trains a network: each batch becomes one step.
 *
 *     batches  --b0------b1------b2--|
 *              train(network, optimizer, { seed })
 *     steps    --s0------s1------s2--|
 *
 * For batch b at parameters p: loss and gradients g of the objective L(p; b) + penalty(p), then
 * next = optimizer(p, g, step); `step.next` of one step is `step.params` of the following. A step is live: its tensors
 * belong to this operator and end with the push. Each subscription trains anew, from the same seed to the same
 * numbers, and holds no tensor when it ends, however it ends.
 *
 * Errors with DivergedError when the loss is no longer finite, with UserError when a batch is not what it says
 * (lengths, labels outside the network's classes, values that are no numbers), before anything is made of it.
 *
 * @throws UserError when the network, the optimizer or an option is not one.
 */
export function train(network: Network, optimizer: Optimizer, options: TrainOptions): OperatorFunction<Batch, Step> {
  requireMethods("network", network, ["init", "apply"], "vgg()");
  requireMethods("optimizer", optimizer, ["init", "update"], "sgd({ learningRate: 0.1 })");
  const {
    seed,
    activations,
    loss = crossEntropy,
  } = checkOptions<TrainOptions>("train", options, {
    seed: required(seedOption),
    activations: callable,
    loss: callable,
  });
  return (batches) =>
    new Observable((subscriber) => {
      const session = joinedSession() ?? new Session();
      const trainer = new Trainer({ network, optimizer, loss, key: rootKey(seed), session, activations });
      const stop = new Subject<void>();
      let stepping = false;
      let begun = false;
      let unread: Promise<void> | undefined;
      batches.pipe(takeUntil(stop)).subscribe({
        next: (batch) => {
          stepping = true;
          try {
            if (!begun) session.showTraining({ network, optimizer, loss, activations, batch });
            begun = true;
            unread = trainer.step(batch, (step) => subscriber.next(step));
            unread?.catch((error: unknown) => subscriber.error(error));
          } catch (error) {
            subscriber.error(error);
          }
          stepping = false;
          if (subscriber.closed) trainer.dispose();
        },
        error: (error) => subscriber.error(error),
        complete: () => {
          if (!unread) return subscriber.complete();
          const end = () => subscriber.complete();
          unread.then(end, end);
        },
      });
      return () => {
        stop.next();
        if (!stepping) trainer.dispose();
      };
    });
}

function requireMethods(what: string, value: unknown, methods: readonly string[], example: string): void {
  const given = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (methods.every((method) => typeof given[method] === "function")) return;
  throw new UserError(`train: the ${what} is ${shown(value)}; give one, such as ${example}`);
}
