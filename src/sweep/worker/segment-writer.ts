import type { Recorded, Sink, Training } from "../../core/types.ts";
import { encodeSegment, segmentFile } from "../place/segment.ts";
import type { ResultPlace } from "../place/result-place.ts";

/** What is recorded is on its way after this; a segment has this many records, or those of one chunk more. */
const EVERY_MS = 500;
const MOST = 20_000;

/** Writes what an attempt records as numbered segments in its folder. */
export class SegmentWriter {
  readonly #place: ResultPlace;
  readonly #folder: string;
  readonly #timer: NodeJS.Timeout;
  #records: Recorded[] = [];
  #training: Training | undefined;
  #steps: number;
  #written = 0;
  #stepsWritten = -1;
  #writing: Promise<void> = Promise.resolve();
  #failure: Error | undefined;

  /** `steps` are those that earlier attempts did. */
  constructor(place: ResultPlace, folder: string, steps: number) {
    this.#place = place;
    this.#folder = folder;
    this.#steps = steps;
    this.#timer = setInterval(() => void this.flush().catch(() => undefined), EVERY_MS);
  }

  /** Segments that are in place. */
  get segments(): number {
    return this.#written;
  }

  get steps(): number {
    return this.#steps;
  }

  describe(training: Training): void {
    this.#training = training;
  }

  stepped(steps: number): void {
    this.#steps = steps;
  }

  /** The sink of the records. Fails when a segment could not be written. */
  readonly sink: Sink = async (chunks) => {
    for await (const chunk of chunks) {
      if (this.#failure !== undefined) throw this.#failure;
      for (const record of chunk) this.#records.push(record);
      if (this.#records.length >= MOST) await this.flush();
    }
    await this.flush();
  };

  /** Adds what is recorded beside the training. */
  add(records: readonly Recorded[]): void {
    this.#records.push(...records);
  }

  /** Resolves when everything so far is in place. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  async #write(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#records.length === 0 && this.#training === undefined && this.#steps === this.#stepsWritten) return;
    const [records, training, steps] = [this.#records, this.#training, this.#steps];
    this.#records = [];
    this.#training = undefined;
    try {
      const bytes = await encodeSegment({ records, steps, training });
      const path = `${this.#folder}/${segmentFile(this.#written)}`;
      if (!(await this.#place.create(path, bytes))) throw new Error(`${path} is there already`);
      this.#written += 1;
      this.#stepsWritten = steps;
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      throw this.#failure;
    }
  }
}
