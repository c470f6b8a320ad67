const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs `work`; the first interruption calls `stop` and waits, the second leaves at once. */
export async function onInterrupt<T>(stop: () => void, work: () => Promise<T>): Promise<T> {
  let asked = false;
  const handler = () => {
    if (asked) process.exit(130);
    asked = true;
    stop();
  };
  for (const signal of SIGNALS) process.on(signal, handler);
  try {
    return await work();
  } finally {
    for (const signal of SIGNALS) process.off(signal, handler);
  }
}
