import { writeFileSync } from "node:fs";
import type { DuckDBConnection } from "@duckdb/node-api";
import { SqlError, UserError } from "../../core/errors.ts";
import { StoreCopy } from "../../store/store-copy.ts";
import { answerSql } from "./answer-sql.ts";
import { checkSql } from "./check-sql.ts";
import { openSealed, type Sealed } from "./open-sealed.ts";
import type { FromSqlProcess, SqlOrder, ToSqlProcess } from "./protocol.ts";
import { stepAside, stepBack } from "./step-aside.ts";

/** How often this process looks at the memory it takes while it answers. */
const LOOK_MS = 50;
/** A query that takes longer than this is a heavy one, from which others are to notice nothing. */
const LIGHT_MS = 300;

const order = JSON.parse(process.argv[2]!) as SqlOrder;
const copy = order.isWritten ? new StoreCopy(order.path, order.folder) : undefined;
let open: Sealed | undefined;
/** What a query was interrupted in: what is left of its transaction, nobody knows. */
let interrupted: Sealed | undefined;
let heard: ((message: ToSqlProcess) => void) | undefined;

function say(message: FromSqlProcess): Promise<void> {
  return new Promise((resolve) => process.send!(message, () => resolve()));
}

/** Waits for what the other process says next. */
const nextWord = (): Promise<ToSqlProcess> => new Promise((resolve) => (heard = resolve));

/** Has the process that writes to the store keep its files as they are. */
async function hold<T>(task: () => Promise<T>): Promise<T> {
  let next = nextWord();
  await say({ type: "hold" });
  if ((await next).type !== "held") throw new UserError("the store could not be read: it takes no more");
  const result = await task().finally(async () => {
    next = nextWord();
    await say({ type: "release" });
  });
  const word = await next;
  if (word.type !== "released" || !word.isValid) throw new UserError("the store could not be read: it took too long");
  return result;
}

/** Opens what is stored by now. */
async function refreshed(refresh: boolean): Promise<DuckDBConnection> {
  if (open === interrupted) close();
  if (open !== undefined && (copy === undefined || !refresh)) return open.connection;
  if (copy !== undefined) {
    close();
    await copy.refresh(hold);
  }
  const sealed = await openSealed(copy?.file ?? order.path, order.limits.memory);
  open = sealed;
  return sealed.connection;
}

function close(): void {
  open?.connection.disconnectSync();
  open?.instance.closeSync();
  open = undefined;
}

async function answer(sql: string, refresh: boolean): Promise<void> {
  const watch = setInterval(() => {
    if (process.memoryUsage.rss() < order.limits.memory) return;
    clearInterval(watch);
    void say({ type: "memory" }).then(() => process.kill(process.pid, "SIGKILL"));
  }, LOOK_MS);
  let isLast = false;
  let light: NodeJS.Timeout | undefined;
  try {
    const connection = await refreshed(refresh);
    await say({ type: "begun" });
    light = setTimeout(() => {
      isLast = true;
      stepAside();
    }, LIGHT_MS);
    await checkSql(connection, sql);
    const truncated = await answerSql(connection, sql, order.limits, {
      columns: (columns) => say({ type: "columns", columns }),
      rows: (json) => say({ type: "rows", json }),
    });
    await say({ type: "end", truncated, isLast });
  } catch (error) {
    const message = error instanceof UserError ? error.message : `the store could not be read: ${String(error)}`;
    const said = { type: "refused", message, isLast } as const;
    await say(error instanceof SqlError ? { ...said, fault: error.fault } : said);
  } finally {
    clearInterval(watch);
    clearTimeout(light);
  }
}

/** Where the system is short of memory, it ends this process before others. */
function beFirstToGo(): void {
  try {
    writeFileSync("/proc/self/oom_score_adj", "1000");
  } catch {
    // Then this process is one like others.
  }
}

process.on("message", (message: ToSqlProcess) => {
  if (message.type === "ask") void answer(message.sql, message.refresh);
  else if (message.type === "interrupt") {
    interrupted = open;
    open?.connection.interrupt();
  } else heard?.(message);
});
// A query under way would keep this process, were it to end in order.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => undefined);
beFirstToGo();
// It starts as others do: whoever asks waits for that.
stepBack();
await say({ type: "ready" });
