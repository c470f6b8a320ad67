import { plainText } from "../../core/plain-text.ts";
import { nameOf, runLine } from "../terminal/run-line.ts";
import type { RunsBoard } from "./board.ts";
import type { WatchedRun } from "./watched.ts";

/** Writes how runs ended, a line each, when watching is over. */
export class EndsBoard implements RunsBoard {
  readonly #stream: NodeJS.WritableStream;
  #runs: readonly WatchedRun[] = [];

  constructor(stream: NodeJS.WritableStream) {
    this.#stream = stream;
  }

  show(runs: readonly WatchedRun[]): void {
    this.#runs = runs;
  }

  note(text: string): void {
    this.#stream.write(`${plainText(text)}\n`);
  }

  close(): void {
    const ended = this.#runs.filter(({ state }) => state.status !== "running");
    const width = Math.max(0, ...ended.map(({ state }) => nameOf(state).length));
    for (const { state, shown } of ended) this.#stream.write(`${runLine(state, shown, width)}\n`);
  }
}
