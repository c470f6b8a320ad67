import { Pace } from "../../core/pace.ts";
import { plainText } from "../../core/plain-text.ts";
import type { Recorded, Run, RunEvent, RunStatus } from "../../core/types.ts";
import type { ProgressBoard } from "../../sinks/progress-sink.ts";
import type { Declaration } from "../../feed/protocol/declaration.ts";
import { formatDuration } from "../../view/numbers.ts";
import { stepsDone } from "../../view/steps-done.ts";
import { timeLeft } from "../../view/time-left.ts";
import { canRedraw } from "./colour.ts";
import { RedrawnLines } from "./redrawn-lines.ts";
import { nameOf, runLine, type Standing } from "./run-line.ts";

const REDRAWN_MS = 200;
const PLAIN_MS = 10_000;
/** Lines under a headline that are printed where they cannot be redrawn. */
const MOST_PLAIN = 16;
/** Weight of what is already known in the shown loss and accuracy. */
const SMOOTHING = 0.9;

interface Line {
  state: Standing;
  readonly pace: Pace;
  loss: number | undefined;
  accuracy: number | undefined;
}

/** A line per run: redrawn in place on a terminal, printed every ten seconds elsewhere. Quiet, errors of runs alone. */
export class Progress implements ProgressBoard {
  readonly #lines = new Map<string, Line>();
  readonly #stream: NodeJS.WriteStream;
  readonly #redrawn: RedrawnLines | undefined;
  readonly #timer: NodeJS.Timeout;
  readonly #once = new Set<string>();
  readonly #quiet: boolean;
  #closed = false;
  #headline: (() => string) | undefined;
  readonly #declarations = new Map<string, Declaration>();

  constructor(stream: NodeJS.WriteStream, { quiet = false }: { readonly quiet?: boolean } = {}) {
    this.#stream = stream;
    this.#quiet = quiet;
    this.#redrawn = canRedraw(stream) && !quiet ? new RedrawnLines(stream, () => this.#text()) : undefined;
    this.#timer = setInterval(() => this.#draw(), this.#redrawn ? REDRAWN_MS : PLAIN_MS);
    this.#timer.unref();
  }

  /** Shows a line above those of the runs: of what they are all part of. */
  setHeadline(headline: () => string): void {
    this.#headline = headline;
  }

  /** Takes what will be trained: what is queued, and how long all of it will take, is shown above the runs. */
  declared(declaration: Declaration): void {
    this.#declarations.set(declaration.id, declaration);
  }

  /** `done` are the steps that it had done before. */
  started({ runId, arm, seed, steps }: Run, done = 0): void {
    const state: Standing = { arm, seed, steps, step: done - 1, status: "running", stepsPerSecond: null };
    this.#lines.set(runId, { state, pace: new Pace(), loss: undefined, accuracy: undefined });
    this.#redrawn?.draw();
  }

  /** `steps` have begun. */
  stepped(run: Run, steps: number): void {
    const line = this.#lines.get(run.runId)!;
    const begun = Math.min(steps, run.steps);
    const stepsPerSecond = line.pace.note(performance.now(), begun);
    line.state = { ...line.state, step: begun - 1, stepsPerSecond };
  }

  seen(run: Run, records: readonly Recorded[]): void {
    const line = this.#lines.get(run.runId)!;
    const smooth = (old: number | undefined, value: number) =>
      old === undefined || !Number.isFinite(old) ? value : SMOOTHING * old + (1 - SMOOTHING) * value;
    for (const record of records) {
      if (record.kind === "event") this.#tell(run, record);
      if (record.kind !== "reading" || record.layer !== undefined) continue;
      if (record.probe === "loss" && record.stat === "loss") line.loss = smooth(line.loss, record.value);
      if (record.stat === "accuracy") line.accuracy = smooth(line.accuracy, record.value);
    }
  }

  /** Probes are left out of every seed of an arm alike: that is said once. */
  #tell({ arm }: Run, { level, name, message }: RunEvent): void {
    const text = `${arm}: ${message}`;
    if (this.#quiet && level === "error") this.#stream.write(`${plainText(text)}\n`);
    else if (name === "probe_left_out") this.noteOnce(text);
    else this.note(text);
  }

  /** `step` where the last one is known better than by the steps that have begun. */
  ended(run: Run, status: RunStatus, step?: number): void {
    const line = this.#lines.get(run.runId)!;
    const last = status === "completed" ? line.state.steps - 1 : line.state.step;
    line.state = { ...line.state, status, step: step ?? last };
    if (this.#redrawn) this.#draw();
    else this.#print(line);
  }

  /** The same, unless that was said already. */
  noteOnce(text: string): void {
    if (!this.#once.has(text)) this.note(text);
    this.#once.add(text);
  }

  /** A line of text that stays above the progress lines. */
  note(text: string): void {
    if (this.#quiet) return;
    const line = `${plainText(text)}\n`;
    if (this.#redrawn && !this.#closed) this.#redrawn.above(line);
    else this.#stream.write(line);
  }

  /** Leaves the last state standing. A second call does nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    this.#redrawn?.close();
  }

  #draw(): void {
    if (this.#redrawn) return this.#redrawn.draw();
    const headline = this.#head();
    if (headline !== undefined && !this.#quiet) this.#stream.write(`${headline}\n`);
    const running = this.#running();
    if (!this.#headline || running.length <= MOST_PLAIN) for (const line of running) this.#print(line);
  }

  #print(line: Line): void {
    if (this.#quiet) return;
    this.#stream.write(`${runLine(line.state, line, this.#nameWidth())}\n`);
  }

  #running(): Line[] {
    return [...this.#lines.values()].filter(({ state }) => state.status === "running");
  }

  /** All runs, or where they do not fit on the screen those under way; a line each, whatever the width. */
  #text(): string {
    const columns = this.#stream.columns || 80;
    const rows = this.#stream.rows || 24;
    const all = [...this.#lines.values()];
    const running = this.#running();
    const few = this.#headline ? running.slice(0, Math.max(1, rows - 4)) : running;
    const shown = all.length <= rows - 3 ? all : few;
    const lines = shown.map((line) => runLine(line.state, line, this.#nameWidth(), columns - 1));
    const headline = this.#head();
    return [...(headline === undefined ? [] : [headline.slice(0, columns - 1)]), ...lines].join("\n");
  }

  /** What stands above the runs: what they are part of, or how far all of them are, where there are more. */
  #head(): string | undefined {
    if (this.#headline) return this.#headline();
    const trials = [...this.#declarations.values()].flatMap(({ steps, arms, trials: all }) =>
      all.map(({ arm, runId }) => ({ arm: arms[arm]!.arm, steps, runId })),
    );
    const queued = trials.filter(({ runId }) => runId === null);
    const running = this.#running();
    if (trials.length < 2 || running.length + queued.length === 0) return undefined;
    const going = running.map(({ state }) => ({
      arm: state.arm,
      left: state.steps - stepsDone(state),
      pace: state.stepsPerSecond,
    }));
    const seconds = timeLeft(going, queued);
    return [
      `${trials.length - queued.length - running.length} of ${trials.length} runs ended`,
      ...(queued.length > 0 ? [`${queued.length} queued`] : []),
      ...(seconds === undefined ? [] : [`about ${formatDuration(Math.ceil(seconds))} left`]),
    ].join(", ");
  }

  #nameWidth(): number {
    return Math.max(...[...this.#lines.values()].map(({ state }) => nameOf(state).length));
  }
}
