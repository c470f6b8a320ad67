// Everything that draws asks for a frame; each asker is called once in it, however often it asked.

const waiting = new Set<() => void>();
let frame: number | undefined;

/** Calls `draw` in the next animation frame. */
export function nextFrame(draw: () => void): void {
  waiting.add(draw);
  frame ??= requestAnimationFrame(() => {
    frame = undefined;
    const now = [...waiting];
    waiting.clear();
    for (const one of now) {
      try {
        one();
      } catch (error) {
        // One panel that fails must not keep the others from drawing.
        window.reportError(error);
      }
    }
  });
}
