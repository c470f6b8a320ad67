import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { constants, setPriority } from "node:os";

/** Lets others go first for the processor. */
export function stepBack(): void {
  lower(constants.priority.PRIORITY_BELOW_NORMAL);
}

/**
 * Leaves this process what nobody else wants of the processors: on Linux by SCHED_IDLE, where `chrt` is at hand, elsewhere by the
 * lowest priority. Unlike a low priority SCHED_IDLE never makes a thread of others wait when that wakes. There is no way
 * back without privileges. Takes a few milliseconds.
 */
export function stepAside(): void {
  lower(constants.priority.PRIORITY_LOW);
  spawnSync("chrt", ["-a", "-i", "-p", "0", String(process.pid)], { stdio: "ignore", timeout: 1000 });
}

/** On Linux a priority is that of a thread: those that exist keep theirs when the process gets another, those to come inherit. */
function lower(priority: number): void {
  for (const thread of threads()) {
    try {
      setPriority(thread, priority);
    } catch {
      // One that has ended meanwhile, or a system that does not allow it.
    }
  }
}

function threads(): readonly number[] {
  try {
    return readdirSync("/proc/self/task").map(Number);
  } catch {
    return [process.pid];
  }
}
