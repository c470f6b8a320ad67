/**
 * Lets output that cannot be written (a reader that has seen enough, a terminal that is closed, a full disk under a log)
 * be dropped: what is computed and recorded does not depend on it.
 */
export function dropWhatCannotBeWritten(): void {
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
    stream.write = (...args: unknown[]): boolean => {
      try {
        return write(...args);
      } catch {
        return true;
      }
    };
    stream.on("error", () => undefined);
  }
}
