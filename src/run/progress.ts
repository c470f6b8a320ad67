import { createLogUpdate } from "log-update";
import type { Recorded, Run, RunStatus } from "../core/types.ts";
import type { ProgressBoard } from "../sinks/progress-sink.ts";

const LIVE_MS = 200;
const PLAIN_MS = 10_000;
/** Weight of what is already known in the shown loss and accuracy. */
const SMOOTHING = 0.9;
const WINDOW_MS = 8000;
const GAP = "  ";

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
      if (record.kind === "event") this.note(`${run.arm}: ${record.message}`);
      if (record.kind !== "reading" || record.layer !== undefined) continue;
      if (record.probe === "loss" && record.stat === "loss") line.loss = smooth(line.loss, record.value);
      if (record.stat === "accuracy") line.accuracy = smooth(line.accuracy, record.value);
    }
  }

  ended(run: Run, status: RunStatus): void {
    const line = this.#lines.get(run.runId)!;
    line.status = status;
    if (this.#live) this.#draw();
    else this.#print(line);
  }

  /** A line of text that stays above the progress lines. */
  note(text: string): void {
    const live = this.#closed ? undefined : this.#live;
    live?.clear();
    this.#stream.write(`${text}\n`);
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
    this.#stream.write(`${fields(line, this.#nameWidth()).join(GAP)}\n`);
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
    return shown.map((line) => fit(fields(line, this.#nameWidth()), columns - 1)).join("\n");
  }

  #nameWidth(): number {
    return Math.max(...[...this.#lines.values()].map(({ run }) => nameOf(run).length));
  }
}

/** `batchNorm`, or `batchNorm seed 2`. */
export const nameOf = ({ arm, seed }: Run): string => (seed === 0 ? arm : `${arm} seed ${seed}`);

/** Name, step, loss, accuracy, pace, and time left or status. */
function fields(line: Line, nameWidth: number): string[] {
  const { run, status, steps, loss, accuracy, marks } = line;
  const [first, last] = [marks[0]!, marks.at(-1)!];
  const rate = last.at > first.at ? ((last.steps - first.steps) * 1000) / (last.at - first.at) : 0;
  const left = rate > 0 && first.steps > 0 ? `${duration((run.steps - steps) / rate)} left` : "starting";
  const width = String(run.steps).length;
  return [
    nameOf(run).padEnd(nameWidth),
    `step ${String(steps).padStart(width)}/${run.steps}`,
    `loss ${loss === undefined ? "   –" : loss.toPrecision(3).padEnd(4, "0")}`,
    `accuracy ${accuracy === undefined ? "  –" : `${Math.round(accuracy * 100)} %`.padStart(4)}`,
    `${rate.toFixed(1).padStart(5)} steps/s`,
    status === "running" ? left : status,
  ];
}

/** Leaves out pace, then accuracy, then loss where the terminal is narrow, and cuts what is still too long. */
function fit(parts: readonly string[], columns: number): string {
  const [name = "", step = "", loss = "", accuracy = "", , state = ""] = parts;
  const choices = [parts, [name, step, loss, accuracy, state], [name, step, loss, state], [name, step, state]];
  const texts = choices.map((choice) => choice.join(GAP));
  return texts.find((text) => text.length <= columns) ?? texts.at(-1)!.slice(0, columns);
}

/** Seconds as `42 s` or `3 min 5 s` or `2 h 10 min`. */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
