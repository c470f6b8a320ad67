// Everything that draws asks for a frame; each asker is called once in it, however often it asked.

/** Who waits, with the timer of one that does not wait for a frame alone. */
const waiting = new Map<() => void, ReturnType<typeof setTimeout> | undefined>();
let frame: number | undefined;

/**
 * Calls `draw` in the next animation frame, or after `atMost` milliseconds where that is given and no frame has come: a
 * page in the background gets none.
 */
export function nextFrame(draw: () => void, atMost?: number): void {
  const timer = waiting.get(draw);
  waiting.set(draw, timer ?? (atMost === undefined ? undefined : setTimeout(call, atMost, draw)));
  frame ??= requestAnimationFrame(() => {
    frame = undefined;
    for (const one of [...waiting.keys()]) call(one);
  });
}

function call(draw: () => void): void {
  clearTimeout(waiting.get(draw));
  if (waiting.delete(draw)) reporting(draw);
}

/** Runs a task and reports what it throws: one panel that fails must not keep the others from drawing. */
export function reporting(task: () => void): void {
  try {
    task();
  } catch (error) {
    window.reportError(error);
  }
}
