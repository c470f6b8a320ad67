import { plainText } from "../../core/plain-text.ts";
import { jsonLine } from "../terminal/json-text.ts";
import { stepsDone } from "../../view/steps-done.ts";
import type { RunsBoard } from "./board.ts";
import type { WatchedRun } from "./watched.ts";

const EVERY_MS = 1000;

/** Writes a line of JSON for each run that changed, once a second at most; notes go elsewhere. */
export class JsonBoard implements RunsBoard {
  readonly #stream: NodeJS.WritableStream;
  readonly #notes: NodeJS.WritableStream;
  readonly #timer: NodeJS.Timeout;
  readonly #written = new Map<string, string>();
  #runs: readonly WatchedRun[] = [];

  constructor(stream: NodeJS.WritableStream, notes: NodeJS.WritableStream) {
    this.#stream = stream;
    this.#notes = notes;
    this.#timer = setInterval(() => this.#write(), EVERY_MS);
    this.#timer.unref();
  }

  show(runs: readonly WatchedRun[]): void {
    this.#runs = runs;
  }

  note(text: string): void {
    this.#notes.write(`${plainText(text)}\n`);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#write();
  }

  #write(): void {
    for (const run of this.#runs) {
      const { runId } = run.state;
      const text = lineOf(run);
      if (this.#written.get(runId) === text) continue;
      this.#written.set(runId, text);
      this.#stream.write(text);
    }
  }
}

/** Writes a run as it is now; what is not known yet is null. */
function lineOf({ state, shown }: WatchedRun): string {
  const { runId, experiment, arm, seed, status, steps, stepsPerSecond } = state;
  return jsonLine({
    run_id: runId,
    experiment,
    arm,
    seed,
    status,
    step: stepsDone(state),
    steps,
    loss: shown.loss ?? null,
    accuracy: shown.accuracy ?? null,
    steps_per_second: stepsPerSecond,
    ...(shown.controls && { controls: shown.controls }),
  });
}
