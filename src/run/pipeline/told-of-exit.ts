import { hasCrashed, noteOwner } from "../process/crash.ts";
import { say } from "../terminal/say.ts";

/**
 * Does `work`, which is code of the pipeline at `path`. Where that ends the process (`process.exit`), or waits for what
 * never comes, one line says so, and the exit code is 2.
 */
export async function toldOfExit<T>(path: string, doing: string, work: () => T | Promise<T>): Promise<T> {
  const tell = (): void => {
    if (hasCrashed()) return;
    process.exitCode = 2;
    say(`gradstream: ${path}: ${doing} ended the process, or waits for ever`);
  };
  noteOwner(path);
  process.once("exit", tell);
  try {
    return await work();
  } finally {
    process.off("exit", tell);
  }
}
