import { spawn } from "node:child_process";
import { accessSync, constants, createWriteStream, statSync } from "node:fs";
import { delimiter, join } from "node:path";

export type Environment = Readonly<Record<string, string | undefined>>;

interface ToolOptions {
  readonly env: Environment;
  readonly signal: AbortSignal;
  readonly cwd?: string;
  /** Gets a copy of the output. */
  readonly log?: string;
  /** Output goes to this process's standard error instead of into the result. */
  readonly show?: boolean;
  /** Milliseconds. */
  readonly timeout?: number;
}

interface ToolResult {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
  /** `exit code 1`, `SIGILL`, … */
  readonly ending: string;
}

const WINDOWS = process.platform === "win32";

/**
 * Runs a program to its end. On abort or time-out it is ended together with all that it has started; it does not get
 * the terminal's Ctrl-C itself.
 *
 * @throws {Error} the signal's reason after an abort.
 */
export async function runTool(command: readonly string[], options: ToolOptions): Promise<ToolResult> {
  const { env, signal, cwd, log, show = false, timeout } = options;
  signal.throwIfAborted();
  const [program, ...args] = command as [string, ...string[]];
  const output = show ? 2 : "pipe";
  const child = spawn(program, args, {
    cwd,
    env,
    stdio: ["ignore", output, output],
    detached: !WINDOWS,
    shell: program.endsWith(".cmd"),
  });
  const text = { stdout: "", stderr: "" };
  const file = log === undefined ? undefined : createWriteStream(log, { flags: "a" }).on("error", () => undefined);
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (part: string) => {
      text[name] += part;
      file?.write(part);
    });
  }
  const ending = await endOf(child, AbortSignal.any([signal, ...(timeout ? [AbortSignal.timeout(timeout)] : [])]));
  file?.end();
  signal.throwIfAborted();
  return { ...text, ok: ending === "exit code 0", ending };
}

function endOf(child: ReturnType<typeof spawn>, signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const stop = () => {
      try {
        if (WINDOWS) child.kill();
        else if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      } catch {
        // It has just ended.
      }
    };
    signal.addEventListener("abort", stop, { once: true });
    const finish = (ending: string) => {
      signal.removeEventListener("abort", stop);
      resolve(ending);
    };
    child.on("error", (error) => finish(error.message));
    child.on("close", (code, by) => finish(signal.aborted ? "time-out" : (by ?? `exit code ${code ?? "unknown"}`)));
  });
}

/** Tells whether a program is on the PATH, or is a path to one. */
export function isProgram(name: string, env: Environment): boolean {
  const folders = /[\\/]/.test(name) ? [""] : (env["PATH"] ?? env["Path"] ?? "").split(delimiter).filter(Boolean);
  return folders.some((folder) => {
    const path = folder === "" ? name : join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return statSync(path).isFile();
    } catch {
      return false;
    }
  });
}
