import { readFileSync } from "node:fs";

/**
 * Returns when a process began, in the system's own ticks: with its number, which another gets when it has ended, it
 * tells a process from all others. Undefined where there is no such process, or the system does not say (it does on
 * Linux).
 */
export function startTimeOf(pid: number): string | undefined {
  try {
    // The name, in parentheses, may hold anything; what follows it is fields 3 and up, of which the 22nd is wanted.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)!.split(" ");
    return fields[19];
  } catch {
    return undefined;
  }
}

/** Tells whether the process of this number that began then is still there. */
export function isRunning(pid: number, startTime: string | undefined): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return startTime === undefined || startTime === startTimeOf(pid);
}
