import { setImmediate } from "node:timers/promises";
import { defer, finalize, from, type Observable } from "rxjs";
import { callable, checkOptions, keyOption, required, whole } from "../core/options.ts";
import { fold, normal, type Key } from "../core/random.ts";
import type { Batch } from "../core/types.ts";

/** Past batches to a turn of the event loop. */
const PAST_TURN = 500;

/** Options of `linearTask`. */
interface LinearTaskOptions {
  /** Number of examples, which together are every batch. Default 1000, as in the paper. */
  readonly size?: number;
  /** Units of an example and of its target. Default 10, as in the paper. */
  readonly units?: number;
  /** Random key of the examples and of A. */
  readonly key: Key;
  /** Called before each batch; a promise that it returns delays the batch until it resolves. Default: no delay. */
  readonly gate?: () => Promise<void> | undefined;
  /** Number of first batches that nobody waits for: `train` drops them where it goes on from a checkpoint. Default 0. */
  readonly past?: number;
}

/**
 * Emits the task of the deep linear network: examples x standard normal, targets A x with one standard normal matrix A.
 * The same full batch at every step, one turn of the event loop each.
 *
 * Source: Santurkar et al. 2018, appendix A.1.
 *
 * @throws {UserError} for an option that is not one.
 */
export function linearTask(options: LinearTaskOptions): Observable<Batch> {
  const { size = 1000, units = 10, key, gate, past = 0 } = checkOptions<LinearTaskOptions>("linearTask", options, {
    size: whole(1), units: whole(1), key: required(keyOption), gate: callable, past: whole(0),
  });
  const examples = normal(fold(key, "examples"), size * units);
  const matrix = normal(fold(key, "A"), units * units);
  const labels = new Float32Array(size * units);
  for (let example = 0; example < size; example++) {
    for (let out = 0; out < units; out++) {
      let sum = 0;
      for (let i = 0; i < units; i++) sum += matrix[out * units + i]! * examples[example * units + i]!;
      labels[example * units + out] = sum;
    }
  }
  return defer(() => {
    const life = { over: false };
    const repeat = async function* (): AsyncGenerator<Batch, void> {
      for (let step = 0; ; step++) {
        if (step >= past) await gate?.();
        if (step >= past || step % PAST_TURN === 0) await setImmediate();
        if (life.over) return;
        yield { step, epoch: step, size, shape: [units], examples, labels, source: "linearTask" };
      }
    };
    return from(repeat()).pipe(finalize(() => (life.over = true)));
  });
}
