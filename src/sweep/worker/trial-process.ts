import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { AttemptEnd } from "./train-attempt.ts";
import type { AttemptOrder, FromChild, ToChild } from "./protocol.ts";

/** A process that has not been heard of for this long hangs. */
const SILENCE_MS = 30_000;
/** One that is told to stop writes a checkpoint and ends within this time, or is killed. */
const STOP_MS = 60_000;

/** A process of its own that trains one attempt. Processes that hang or are told to stop in vain are killed. */
export class TrialProcess {
  readonly #child: ChildProcess;
  readonly #silence: NodeJS.Timeout;
  #end: AttemptEnd | undefined;
  #killed: string | undefined;
  #isStopping = false;
  /** Resolves when the process is no more. Never rejects. */
  readonly ended: Promise<AttemptEnd>;

  constructor(order: AttemptOrder, onText: (line: string) => void, silenceMs = SILENCE_MS) {
    const isSource = import.meta.url.endsWith(".ts");
    const module = new URL(isSource ? "./start-child.js" : "./child.js", import.meta.url);
    // Of a process that is stopped no message comes, and it heeds none.
    this.#child = fork(fileURLToPath(module), [], { execArgv: [], stdio: ["ignore", "ignore", "pipe", "ipc"] });
    this.#silence = setTimeout(() => this.kill(`was silent for ${silenceMs / 1000} s and was ended`), silenceMs);
    let lastWords = "";
    this.#child.stderr!.setEncoding("utf8").on("data", (text: string) => (lastWords = (lastWords + text).slice(-400)));
    this.#child.on("message", (message: FromChild) => {
      this.#silence.refresh();
      if (message.type === "text") onText(message.line);
      if (message.type === "end") this.#end = message;
    });
    this.ended = new Promise((resolve) => {
      const gone = (how: string): void => {
        clearTimeout(this.#silence);
        const why = lastWords.trim().split("\n").at(-1);
        const message = `its process ${this.#killed ?? how}${why && !this.#killed ? `: ${why}` : ""}`;
        resolve(this.#end ?? { outcome: this.#lost(message), segments: 0, steps: 0 });
      };
      this.#child.once("exit", (code, signal) =>
        gone(signal ? `was ended by ${signal}` : `ended early, with exit code ${code}`),
      );
      this.#child.once("error", (error) => gone(`could not be started: ${error.message}`));
    });
    this.#tell({ type: "order", order });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Ends it after its current step, with a checkpoint. */
  stop(): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#tell({ type: "stop" });
    const late = setTimeout(() => this.kill("did not stop and was ended"), STOP_MS);
    void this.ended.then(() => clearTimeout(late));
  }

  /** Ends it at once. */
  kill(how: string): void {
    this.#killed ??= how;
    this.#child.kill("SIGKILL");
  }

  #lost(message: string): AttemptEnd["outcome"] {
    return this.#isStopping ? { status: "interrupted" } : { status: "failed", message, isUserError: false };
  }

  #tell(message: ToChild): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }
}
