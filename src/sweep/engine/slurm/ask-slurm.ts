import { execFile } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { UserError } from "../../../core/errors.ts";
import { UnreachableQueue } from "../unreachable-queue.ts";

const run = promisify(execFile);
const AWAY =
  /unable to contact slurm controller|socket timed out|connection refused|zero bytes were transmitted|communication (connection )?failure/i;
const BETWEEN_TRIES_MS = 2000;

/**
 * Runs a program of Slurm, again while its controller is away, and returns what it prints.
 *
 * @throws {UserError} for what Slurm refuses, or a machine without Slurm.
 * @throws {UnreachableQueue} for a controller that stays away for `patienceMs`.
 */
export async function askSlurm(program: string, args: readonly string[], patienceMs: number): Promise<string> {
  const until = performance.now() + patienceMs;
  for (;;) {
    try {
      return (await run(program, args, { maxBuffer: 2 ** 28 })).stdout;
    } catch (error) {
      const { code, stderr = "" } = error as { readonly code?: unknown; readonly stderr?: string };
      if (code === "ENOENT") throw new UserError(`slurm: there is no ${program} on this machine`);
      const why = stderr.trim().split("\n")[0] ?? "";
      if (!AWAY.test(stderr)) throw new UserError(`slurm: ${why || `${program} failed`}`);
      if (performance.now() + BETWEEN_TRIES_MS > until)
        throw new UnreachableQueue("slurm", Math.round(patienceMs / 1000), why);
      await delay(BETWEEN_TRIES_MS);
    }
  }
}
