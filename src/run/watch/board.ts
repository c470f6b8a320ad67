import { plainText } from "../../core/plain-text.ts";
import { canRedraw } from "../terminal/colour.ts";
import { RedrawnLines } from "../terminal/redrawn-lines.ts";
import { nameOf, runLine } from "../terminal/run-line.ts";
import type { WatchedRun } from "./watched.ts";

const REDRAWN_MS = 200;
const PLAIN_MS = 10_000;

/** What shows runs: drawn for people, or written for programs. */
export interface RunsBoard {
  /** Takes the runs as they are now. */
  show(runs: readonly WatchedRun[]): void;
  /** Tells of something else than runs. */
  note(text: string): void;
  /** Writes the last state. */
  close(): void;
}

/** Draws runs: in place on a terminal, elsewhere a line each every ten seconds and when one ends. */
export class Board implements RunsBoard {
  readonly #stream: NodeJS.WriteStream;
  readonly #redrawn: RedrawnLines | undefined;
  readonly #timer: NodeJS.Timeout;
  readonly #ended = new Set<string>();
  #runs: readonly WatchedRun[] = [];

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    this.#redrawn = canRedraw(stream) ? new RedrawnLines(stream, () => this.#text()) : undefined;
    this.#timer = setInterval(() => this.#draw(), this.#redrawn ? REDRAWN_MS : PLAIN_MS);
    this.#timer.unref();
  }

  show(runs: readonly WatchedRun[]): void {
    this.#runs = runs;
  }

  /** A line of text that stays above those of the runs. */
  note(text: string): void {
    const line = `${plainText(text)}\n`;
    if (this.#redrawn) this.#redrawn.above(line);
    else this.#stream.write(line);
  }

  /** Leaves the last state standing. */
  close(): void {
    clearInterval(this.#timer);
    if (!this.#redrawn) return this.#draw();
    this.#redrawn.close();
  }

  #draw(): void {
    if (this.#redrawn) return this.#redrawn.draw();
    for (const { state, shown } of this.#runs) {
      if (this.#ended.has(state.runId)) continue;
      if (state.status !== "running") this.#ended.add(state.runId);
      this.#stream.write(`${runLine(state, shown, this.#nameWidth())}\n`);
    }
  }

  #text(): string {
    const columns = this.#stream.columns || 80;
    const rows = this.#stream.rows || 24;
    const running = this.#runs.filter(({ state }) => state.status === "running");
    const fitting = this.#runs.length <= rows - 2 ? this.#runs : running.slice(0, rows - 2);
    return fitting.map(({ state, shown }) => runLine(state, shown, this.#nameWidth(), columns - 1)).join("\n");
  }

  #nameWidth(): number {
    return Math.max(0, ...this.#runs.map(({ state }) => nameOf(state).length));
  }
}
