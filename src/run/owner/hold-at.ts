import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import type { Endpoint } from "./endpoint.ts";

/** An owner that flushes first answers within this time. */
const PATIENCE_MS = 15_000;

/**
 * Runs a task while the process that writes to a store keeps its files as they are. Rejects where that process is not the
 * one that the endpoint names, does not answer, or went on before the task was over.
 */
export async function holdAt<T>({ port, token }: Endpoint, task: () => Promise<T>): Promise<T> {
  const socket = connect(port, "127.0.0.1");
  const signal = AbortSignal.timeout(PATIENCE_MS);
  socket.on("error", () => undefined);
  const lines = createInterface({ input: socket }).on("error", () => undefined);
  const line = async (): Promise<unknown> => {
    const [text] = (await Promise.race([
      once(lines, "line", { signal }),
      once(lines, "close", { signal }),
    ])) as unknown[];
    return text;
  };
  try {
    const first = line();
    socket.write(`${token}\n`);
    if ((await first) !== "held") throw new Error("the process that writes to it does not answer");
    const last = line();
    last.catch(() => undefined);
    const result = await task();
    socket.write("done\n");
    if ((await last) !== "released") throw new Error("it could not be copied in time");
    return result;
  } finally {
    socket.destroy();
  }
}
