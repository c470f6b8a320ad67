import type { OperatorFunction } from "rxjs";
import type { Activation } from "../core/live.ts";
import type { Loss } from "../core/losses.ts";
import type { Network } from "../core/network.ts";
import type { Optimizer } from "../core/optimizer.ts";
import type { Key } from "../core/random.ts";
import type { ProbeSession } from "../core/session.ts";

/** Options of `Trainer`. */
export interface TrainerOptions {
  readonly network: Network;
  readonly optimizer: Optimizer;
  readonly loss: Loss;
  readonly key: Key;
  /** Session of the training. */
  readonly session: ProbeSession;
  readonly activations?: OperatorFunction<Activation, Activation> | undefined;
}
