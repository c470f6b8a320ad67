import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { SqlError, type SqlFault, UserError } from "../../core/errors.ts";
import type { AnswerRows } from "../../feed/server/answers.ts";
import type { Column } from "../../store/query.ts";
import type { Store } from "../../store/store.ts";
import type { FromSqlProcess, SqlOrder, ToSqlProcess } from "./protocol.ts";

/** What it answers from is at most this old; of runs that have begun or ended, it knows at once. */
const FRESH_MS = 500;
/** It starts, copies a store and opens it within this time, or is given up. */
const BEGIN_MS = 60_000;
/** A store is kept as it is for a copy for this long at most. */
const HOLD_MS = 10_000;
/** A query that is interrupted ends within this time, or its process is killed. */
const HEED_MS = 1000;
/** Of the process's own values. */
const HEAP_MB = 512;

/** What it is told of the store that it answers about. */
type WrittenStore = Pick<Store, "hold" | "changes" | "runChanges">;

/** A query under way. */
interface Task {
  columns: readonly Column[];
  readonly json: string[];
  readonly resolve: (rows: AnswerRows) => void;
  readonly reject: (error: Error) => void;
  timer: NodeJS.Timeout;
}

/** A process that answers SQL, one query at a time, and is killed where a query exceeds its time or memory. */
export class SqlProcess {
  readonly #order: SqlOrder;
  readonly #store: WrittenStore;
  readonly #child: ChildProcess;
  readonly #ready: Promise<void>;
  /** Resolves when the process is no more. */
  readonly ended: Promise<void>;
  #task: Task | undefined;
  #release: ((isValid: boolean) => void) | undefined;
  /** What to say of the query under way when the process ends. */
  #reason: string | undefined;
  #isAlive = true;
  #hasSteppedAside = false;
  #refreshed = { at: -Infinity, changes: -1, runChanges: -1 };

  constructor(order: SqlOrder, store: WrittenStore) {
    this.#order = order;
    this.#store = store;
    const isSource = import.meta.url.endsWith(".ts");
    const module = new URL(isSource ? "./start-child.js" : "./child.js", import.meta.url);
    this.#child = fork(fileURLToPath(module), [JSON.stringify(order)], {
      execArgv: [`--max-old-space-size=${HEAP_MB}`],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    this.#ready = new Promise((resolve) => {
      this.#child.on("message", (message: FromSqlProcess) => {
        if (message.type === "ready") resolve();
        else this.#take(message);
      });
    });
    this.ended = new Promise((resolve) => {
      const end = (how: string): void => {
        this.#end(how);
        resolve();
      };
      this.#child.once("exit", (code, signal) => end(signal ?? `exit code ${code}`));
      this.#child.once("error", (error) => end(error.message));
    });
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** It has answered a heavy query, and ends. */
  get hasSteppedAside(): boolean {
    return this.#hasSteppedAside;
  }

  /** Settles when the process is free again, or is no more. */
  async ask(sql: string, signal: AbortSignal): Promise<AnswerRows> {
    const answer = new Promise<AnswerRows>((resolve, reject) => {
      const timer = setTimeout(() => this.kill("the store could not be read in time"), BEGIN_MS);
      this.#task = { columns: [], json: [], resolve, reject, timer };
    });
    const abort = (): void => this.#interrupt("the query was given up");
    signal.addEventListener("abort", abort, { once: true });
    void this.#ready.then(() => this.#tell({ type: "ask", sql, refresh: this.#isStale() }));
    try {
      return await answer;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  /** Ends the process at once; a query under way is rejected with the reason. */
  kill(reason: string): void {
    this.#reason ??= reason;
    this.#child.kill("SIGKILL");
  }

  #isStale(): boolean {
    const { changes, runChanges } = this.#store;
    const at = performance.now();
    const before = this.#refreshed;
    const isNew = runChanges !== before.runChanges || (changes !== before.changes && at - before.at >= FRESH_MS);
    if (isNew) this.#refreshed = { at, changes, runChanges };
    return isNew;
  }

  #take(message: FromSqlProcess): void {
    if (message.type === "hold") return void this.#hold();
    if (message.type === "release") return this.#release?.(true);
    if (message.type === "memory")
      return this.kill(`the query took more than ${this.#memory()} of memory and was stopped`);
    const task = this.#task;
    if (task === undefined) return;
    switch (message.type) {
      case "begun": {
        const { ms } = this.#order.limits;
        clearTimeout(task.timer);
        task.timer = setTimeout(() => this.#interrupt(`the query took longer than ${ms / 1000} s and was stopped`), ms);
        return;
      }
      case "columns":
        task.columns = message.columns;
        return;
      case "rows":
        task.json.push(message.json);
        return;
      case "end":
        task.resolve({ columns: task.columns, json: task.json, truncated: message.truncated });
        this.#finish(message.isLast);
        return;
      case "refused":
        task.reject(this.#refusal(message.message, message.fault));
        this.#finish(message.isLast);
    }
  }

  #refusal(message: string, fault: SqlFault | undefined): UserError {
    if (this.#reason !== undefined || fault === undefined) return new UserError(this.#reason ?? message);
    return new SqlError(message, fault);
  }

  /** Keeps the store's files as they are while they are copied. */
  async #hold(): Promise<void> {
    let isValid = true;
    try {
      await this.#store.hold(async () => {
        isValid = this.#isAlive;
        if (!isValid) return;
        this.#tell({ type: "held" });
        const late = setTimeout(() => this.#release?.(false), HOLD_MS);
        isValid = await new Promise<boolean>((resolve) => (this.#release = resolve));
        clearTimeout(late);
        this.#release = undefined;
      });
    } catch {
      isValid = false;
    }
    this.#tell({ type: "released", isValid });
  }

  #interrupt(reason: string): void {
    this.#reason = reason;
    this.#tell({ type: "interrupt" });
    const task = this.#task;
    if (task === undefined) return;
    clearTimeout(task.timer);
    task.timer = setTimeout(() => this.kill(reason), HEED_MS);
  }

  /** The process is free: what was said of the query under way says nothing of the next. */
  #finish(isLast = false): void {
    clearTimeout(this.#task?.timer);
    this.#task = undefined;
    this.#reason = undefined;
    if (!isLast) return;
    this.#isAlive = false;
    this.#hasSteppedAside = true;
    this.kill("it has stepped aside");
  }

  #end(how: string): void {
    this.#isAlive = false;
    this.#release?.(false);
    this.#task?.reject(
      new UserError(this.#reason ?? `the query ended the process that answered it (${how}); ask for less at a time`),
    );
    this.#finish();
  }

  #tell(message: ToSqlProcess): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  #memory(): string {
    return `${Math.round(this.#order.limits.memory / 2 ** 20)} MiB`;
  }
}
