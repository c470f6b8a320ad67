import type { OperatorFunction } from "rxjs";
import type { Activation } from "../core/live.ts";
import type { Loss } from "../core/losses.ts";
import type { Network } from "../core/network.ts";
import type { Optimizer } from "../core/optimizer.ts";
import type { Weights } from "../core/params.ts";
import type { Key } from "../core/random.ts";
import type { ProbeSession } from "../core/session.ts";
import type { TrainingSnapshot } from "../core/snapshot.ts";

/** Options of `Trainer`. */
export interface TrainerOptions {
  readonly network: Network;
  readonly optimizer: Optimizer;
  readonly loss: Loss;
  readonly key: Key;
  /** Session of the training. */
  readonly session: ProbeSession;
  readonly activations?: OperatorFunction<Activation, Activation> | undefined;
  /** What to begin with instead of drawing it. */
  readonly initial?: Weights | undefined;
  /** Examples that are computed at once. Default: all of a batch. */
  readonly microbatch?: number | undefined;
  /** What it goes on from. */
  readonly restored?: TrainingSnapshot | undefined;
}
