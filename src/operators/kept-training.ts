import { UserError } from "../core/errors.ts";
import { hashBatch } from "../core/hash-batch.ts";
import type { ProbeSession, Resumable } from "../core/session.ts";
import type { TrainingSnapshot } from "../core/snapshot.ts";
import type { Batch } from "../core/types.ts";
import type { Trainer } from "./trainer.ts";

/** A training as snapshots see it: where it is among its batches, from the checkpoint on that it goes on from. */
export class KeptTraining implements Resumable {
  readonly #session: ProbeSession;
  readonly #trainer: Trainer;
  readonly #restored: TrainingSnapshot | undefined;
  #step = 0;
  #batchHash = 0;
  #refusal: string | undefined;

  constructor(session: ProbeSession, trainer: Trainer, restored: TrainingSnapshot | undefined) {
    this.#session = session;
    this.#trainer = trainer;
    this.#restored = restored;
  }

  get step(): number {
    return this.#step;
  }

  get batchHash(): number {
    return this.#batchHash;
  }

  get refusal(): string | undefined {
    return this.#refusal ?? this.#trainer.refusal;
  }

  readonly settled = () => this.#trainer.unread;
  readonly model = () => this.#trainer.plainModel();

  /**
   * Counts a batch; returns whether it is to be trained, not one of those before the checkpoint.
   *
   * @throws {UserError} when the source does not give the batches again that it gave before.
   */
  takes(batch: Batch): boolean {
    const restored = this.#restored;
    const place = this.#step++;
    const past = restored?.step ?? 0;
    if (batch.step !== place) this.#refusal ??= `its batches are not numbered 0, 1, 2, …: one is ${batch.step}`;
    if (place >= past) {
      if (restored) this.#session.remembered.check();
      if (this.#session.isKept) this.#batchHash = hashBatch(batch);
      return true;
    }
    if (place === past - 1 && hashBatch(batch) !== restored!.batchHash) {
      throw new UserError(
        `train: batch ${place} is another than before the checkpoint: its source does not give the same again, ` +
          "or its data have changed; train it from the start",
      );
    }
    return false;
  }
}
