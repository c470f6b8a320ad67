const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** How often a process that npm started looks whether npm is still there. */
const LOOK_MS = 1000;

/**
 * Runs `work`; the first interruption calls `stop` and waits, the second leaves at once. A terminal that is closed
 * interrupts what writes to it; what writes to none goes on, as below nohup, whose wish Node does not hand on. The end of
 * npm (npx, npm start) counts as an interruption: npm does not pass all signals on. So do the signals `also`.
 */
export async function onInterrupt<T>(
  stop: () => void,
  work: () => Promise<T>,
  also: readonly NodeJS.Signals[] = [],
): Promise<T> {
  const signals = [...SIGNALS, ...also];
  let asked = false;
  const handler = (signal?: NodeJS.Signals): void => {
    if (signal === "SIGHUP") {
      if (!writesToTerminal()) return;
      process.once("exit", leaveClosedTerminal);
    }
    if (asked) process.exit(130);
    asked = true;
    stop();
  };
  for (const signal of signals) process.on(signal, handler);
  const watch = watchParent(() => {
    if (!asked) handler();
  });
  try {
    return await work();
  } finally {
    clearInterval(watch);
    for (const signal of signals) process.off(signal, handler);
  }
}

const writesToTerminal = (): boolean => process.stdout.isTTY || process.stderr.isTTY;

/** Calls back when npm, where it started this process, is no more. */
function watchParent(onGone: () => void): NodeJS.Timeout | undefined {
  if (process.env["npm_command"] === undefined) return undefined;
  const parent = process.ppid;
  return setInterval(() => {
    if (process.ppid !== parent) onGone();
  }, LOOK_MS).unref();
}

/** Node aborts, with a core file, when it cannot set back a terminal that is no more: ends before that, and nobody looks. */
function leaveClosedTerminal(): void {
  process.kill(process.pid, "SIGKILL");
}
