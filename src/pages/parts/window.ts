import type { Context, Part } from "./context.ts";
import type { DrawnItem } from "./drawn.ts";

declare global {
  interface Window {
    /** For tests and scripts. */
    gradstream: {
      state(): Readonly<Record<string, string | undefined>>;
      series(): readonly DrawnItem[];
      readonly context: Context;
      parts(): readonly Part[];
    };
  }
}

/** Lets tests and scripts ask what a page shows. */
export function expose(context: Context, parts: () => readonly Part[]): void {
  window.gradstream = {
    state: () => Object.fromEntries(Object.entries(document.body.dataset)),
    series: () => parts().flatMap((part) => part.drawn?.() ?? []),
    context,
    parts,
  };
}
