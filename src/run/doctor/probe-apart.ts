import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { BackendName, BackendReport } from "../../backend/start.ts";

const IS_SOURCE = import.meta.url.endsWith(".ts");
const REGISTER = new URL("../register.js", import.meta.url).href;
const PROBE = fileURLToPath(new URL(`probe-process.${IS_SOURCE ? "ts" : "js"}`, import.meta.url));
/** A driver that hangs is a backend that cannot be used. */
const PATIENCE_MS = 120_000;

/**
 * Tries a backend in a process of its own: what drivers print there is read and kept to itself, and a driver that ends
 * its process, or never answers, is a backend that is not available.
 */
export function probeApart(name: BackendName): Promise<BackendReport> {
  const execArgv = IS_SOURCE ? ["--import", REGISTER] : [];
  const child = fork(PROBE, [name], { execArgv, stdio: ["ignore", "ignore", "pipe", "ipc"], timeout: PATIENCE_MS });
  let printed = "";
  child.stderr!.setEncoding("utf8").on("data", (part: string) => (printed = (printed + part).slice(-2000)));
  return new Promise((resolve) => {
    let report: BackendReport | undefined;
    child.on("message", (message) => (report = message as BackendReport));
    child.on("error", (error) => resolve({ name, available: false, detail: error.message }));
    child.on("close", (code, signal) => {
      const last = printed.trim().split("\n").at(-1);
      const detail = `its process ended by ${signal ?? `exit code ${code}`}${last ? `: ${last}` : ""}`;
      resolve(report ?? { name, available: false, detail });
    });
  });
}
