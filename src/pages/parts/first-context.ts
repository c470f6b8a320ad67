import type { Context } from "./context.ts";
import { select } from "./selection.ts";
import { urlState } from "./url-state.ts";
import { zoomTo } from "./zoom-to.ts";

/** A context that its page changes. */
export type MutableContext = { -readonly [K in keyof Context]: Context[K] };

/** Makes the context of a page that has read neither its URL nor the feed. */
export function firstContext(
  given: Pick<Context, "feed" | "arms" | "colours" | "wholeNetwork" | "source">,
): MutableContext {
  return {
    ...given,
    state: urlState,
    zoomTo,
    runs: [],
    declarations: [],
    declared: new Map(),
    connection: { state: "connecting" },
    selection: select([], urlState),
    zoom: undefined,
    seeds: "band",
    span: 0,
    layers: [],
    layersKnown: false,
    layer: undefined,
  };
}
