import { createLogUpdate } from "log-update";
import { plainText } from "../../core/plain-text.ts";
import type { Recorded, Run, RunEvent, RunStatus } from "../../core/types.ts";
import type { ProgressBoard } from "../../sinks/progress-sink.ts";
import { nameOf, type RunFacts, runLine } from "./run-line.ts";

const LIVE_MS = 200;
const PLAIN_MS = 10_000;
/** Weight of what is already known in the shown loss and accuracy. */
const SMOOTHING = 0.9;
const WINDOW_MS = 8000;

interface Line {
  readonly run: Run;
  status: RunStatus;
  steps: number;
  loss: number | undefined;
  accuracy: number | undefined;
  /** When how many steps were done, over the last seconds. */
  readonly marks: { readonly at: number; readonly steps: number }[];
}

/** A line per run: redrawn in place on a terminal, printed every ten seconds elsewhere. */
export class Progress implements ProgressBoard {
  readonly #lines = new Map<string, Line>();
  readonly #stream: NodeJS.WriteStream;
  readonly #live: ReturnType<typeof createLogUpdate> | undefined;
  readonly #timer: NodeJS.Timeout;
  readonly #once = new Set<string>();
  #closed = false;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    this.#live = stream.isTTY ? createLogUpdate(stream) : undefined;
    this.#timer = setInterval(() => this.#draw(), this.#live ? LIVE_MS : PLAIN_MS);
    this.#timer.unref();
  }

  started(run: Run): void {
    const marks = [{ at: performance.now(), steps: 0 }];
    this.#lines.set(run.runId, { run, status: "running", steps: 0, loss: undefined, accuracy: undefined, marks });
    this.#live?.(this.#text());
  }

  stepped(run: Run, steps: number): void {
    const line = this.#lines.get(run.runId)!;
    const at = performance.now();
    line.steps = Math.min(steps, run.steps);
    line.marks.push({ at, steps: line.steps });
    if (line.marks.length > 2 && line.marks[0]!.steps === 0) line.marks.shift();
    while (line.marks.length > 2 && at - line.marks[0]!.at > WINDOW_MS) line.marks.shift();
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
  #tell({ arm }: Run, { event, message }: RunEvent): void {
    const text = `${arm}: ${message}`;
    if (event === "probe_left_out") this.noteOnce(text);
    else this.note(text);
  }

  /** `stepsDone` where they are known better than by the steps that have begun. */
  ended(run: Run, status: RunStatus, stepsDone?: number): void {
    const line = this.#lines.get(run.runId)!;
    line.status = status;
    line.steps = stepsDone ?? line.steps;
    if (this.#live) this.#draw();
    else this.#print(line);
  }

  /** The same, unless that was said already. */
  noteOnce(text: string): void {
    if (!this.#once.has(text)) this.note(text);
    this.#once.add(text);
  }

  /** A line of text that stays above the progress lines. */
  note(text: string): void {
    const live = this.#closed ? undefined : this.#live;
    live?.clear();
    this.#stream.write(`${plainText(text)}\n`);
    live?.(this.#text());
  }

  /** Leaves the last state standing. A second call does nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    this.#live?.(this.#text());
    this.#live?.done();
  }

  #draw(): void {
    if (this.#live) return this.#live(this.#text());
    for (const line of this.#running()) this.#print(line);
  }

  #print(line: Line): void {
    this.#stream.write(`${runLine(factsOf(line), this.#nameWidth())}\n`);
  }

  #running(): Line[] {
    return [...this.#lines.values()].filter(({ status }) => status === "running");
  }

  /** All runs, or where they do not fit on the screen those under way; a line each, whatever the width. */
  #text(): string {
    const columns = this.#stream.columns || 80;
    const rows = this.#stream.rows || 24;
    const all = [...this.#lines.values()];
    const shown = all.length <= rows - 3 ? all : this.#running();
    return shown.map((line) => runLine(factsOf(line), this.#nameWidth(), columns - 1)).join("\n");
  }

  #nameWidth(): number {
    return Math.max(...[...this.#lines.values()].map(({ run }) => nameOf(run).length));
  }
}

function factsOf({ run, status, steps, loss, accuracy, marks }: Line): RunFacts {
  const [first, last] = [marks[0]!, marks.at(-1)!];
  const stepsPerSecond = last.at > first.at ? ((last.steps - first.steps) * 1000) / (last.at - first.at) : 0;
  return {
    ...{ name: nameOf(run), steps: run.steps, stepsDone: steps, loss, accuracy, stepsPerSecond, status },
    isPaced: first.steps > 0,
  };
}
