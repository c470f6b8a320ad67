import { createLogUpdate } from "log-update";

const SHOW_CURSOR = "\u001b[?25h";
const ERASE_LINE = "\u001b[2K";
const LINE_UP = "\u001b[1A";
const LINE_START = "\u001b[G";

/**
 * Lines at the end of a terminal that are drawn anew in place. They are drawn for its new width when that changes, and
 * when a process that was stopped (Ctrl-Z) goes on; while it is stopped the terminal has its cursor.
 */
export class RedrawnLines {
  readonly #stream: NodeJS.WriteStream;
  readonly #text: () => string;
  readonly #update: ReturnType<typeof createLogUpdate>;
  #shown = "";

  /** `text` gives the lines as they are now, for the width that the stream has. */
  constructor(stream: NodeJS.WriteStream, text: () => string) {
    this.#stream = stream;
    this.#text = text;
    this.#update = createLogUpdate(stream);
    stream.on("resize", this.#onResize);
    // Windows stops no processes.
    if (process.platform === "win32") return;
    process.on("SIGTSTP", this.#onStop);
    process.on("SIGCONT", this.#onContinue);
  }

  draw(): void {
    this.#shown = this.#text();
    this.#update(this.#shown);
  }

  /** Writes text that stays above the lines. */
  above(text: string): void {
    this.#update.clear();
    this.#stream.write(text);
    this.draw();
  }

  /** Leaves the lines standing as they are now. */
  close(): void {
    this.draw();
    this.#update.done();
    this.#stream.off("resize", this.#onResize);
    process.off("SIGTSTP", this.#onStop);
    process.off("SIGCONT", this.#onContinue);
  }

  /** A terminal that has become narrower shows what was one line as several. */
  readonly #onResize = (): void => {
    const columns = this.#stream.columns || 80;
    const rows = this.#shown.split("\n").reduce((sum, { length }) => sum + Math.max(1, Math.ceil(length / columns)), 0);
    this.#stream.write(`${(ERASE_LINE + LINE_UP).repeat(rows)}${ERASE_LINE}${LINE_START}`);
    this.#onContinue();
  };

  readonly #onStop = (): void => {
    this.#stream.write(SHOW_CURSOR);
    process.kill(process.pid, "SIGSTOP");
  };

  /** Draws from where the cursor is: what stands above it is not ours any more. */
  readonly #onContinue = (): void => {
    this.#update.done();
    this.draw();
  };
}
