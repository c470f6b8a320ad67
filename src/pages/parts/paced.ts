/** Makes a function that calls `task` soon after it was called, at most once in so many milliseconds. */
export function paced(milliseconds: number, task: () => void): () => void {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let doneAt = -Infinity;
  const run = (): void => {
    [waiting, doneAt] = [undefined, performance.now()];
    task();
  };
  return () => {
    waiting ??= setTimeout(run, Math.max(0, milliseconds - (performance.now() - doneAt)));
  };
}
