import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { AttemptEnd } from "./train-attempt.ts";
import type { AttemptOrder, FromChild, ToChild } from "./protocol.ts";

/** A process that has not been heard of for this long hangs. */
const SILENCE_MS = 30_000;
/** One that is told to stop writes a checkpoint and ends within this time, or is killed. */
const STOP_MS = 60_000;

/** An attempt that trains. */
interface Attempt {
  readonly onText: (line: string) => void;
  readonly end: (end: AttemptEnd) => void;
}

/** A process of its own that trains one attempt after another. One that hangs or is told to stop in vain is killed. */
export class TrialProcess {
  readonly #child: ChildProcess;
  readonly #silence: NodeJS.Timeout;
  #attempt: Attempt | undefined;
  #lastWords = "";
  #killed: string | undefined;
  #isStopping = false;
  #isGone = false;
  /** Resolves when the process is no more. Never rejects. */
  readonly #gone: Promise<void>;

  constructor(silenceMs = SILENCE_MS) {
    const isSource = import.meta.url.endsWith(".ts");
    const module = new URL(isSource ? "./start-child.js" : "./child.js", import.meta.url);
    // Of a process that is stopped no message comes, and it heeds none.
    this.#child = fork(fileURLToPath(module), [], { execArgv: [], stdio: ["ignore", "ignore", "pipe", "ipc"] });
    this.#silence = setTimeout(() => this.kill(`was silent for ${silenceMs / 1000} s and was ended`), silenceMs);
    this.#child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-400);
    });
    this.#child.on("message", (message: FromChild) => {
      this.#silence.refresh();
      if (message.type === "text") this.#attempt?.onText(message.line);
      if (message.type === "end") this.#end(message);
    });
    this.#gone = new Promise((resolve) => {
      const gone = (how: string): void => {
        clearTimeout(this.#silence);
        this.#isGone = true;
        this.#lose(how);
        resolve();
      };
      this.#child.once("exit", (code, signal) =>
        gone(signal ? `was ended by ${signal}` : `ended early, with exit code ${code}`),
      );
      this.#child.once("error", (error) => gone(`could not be started: ${error.message}`));
    });
  }

  /** Whether it can train another attempt. */
  get isFree(): boolean {
    return !this.#isGone && !this.#isStopping && this.#killed === undefined && this.#attempt === undefined;
  }

  /** Trains an attempt, while it trains no other. Resolves when that has ended, or the process has; never rejects. */
  train(order: AttemptOrder, onText: (line: string) => void): Promise<AttemptEnd> {
    this.#lastWords = "";
    return new Promise((end) => {
      this.#attempt = { onText, end };
      this.#tell({ type: "order", order });
    });
  }

  /** Ends the attempt after its current step, with a checkpoint. It trains no other. */
  stop(): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#tell({ type: "stop" });
    const late = setTimeout(() => this.kill("did not stop and was ended"), STOP_MS);
    void this.#gone.then(() => clearTimeout(late));
  }

  /** Ends it at once. */
  kill(how: string): void {
    this.#killed ??= how;
    this.#child.kill("SIGKILL");
  }

  /** Lets it go, once no attempt trains. Resolves when the process is no more. */
  leave(): Promise<void> {
    this.stop();
    if (this.#child.connected) this.#child.disconnect();
    return this.#gone;
  }

  #end(end: AttemptEnd): void {
    const attempt = this.#attempt;
    this.#attempt = undefined;
    attempt?.end(end);
  }

  #lose(how: string): void {
    const why = this.#lastWords.trim().split("\n").at(-1);
    const message = `its process ${this.#killed ?? how}${why && !this.#killed ? `: ${why}` : ""}`;
    const failed = { status: "failed", message, isUserError: false } as const;
    this.#end({ outcome: this.#isStopping ? { status: "interrupted" } : failed, segments: 0, steps: 0 });
  }

  #tell(message: ToChild): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }
}
