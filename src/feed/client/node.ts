import { WebSocket as NodeWebSocket } from "ws";
import { connect as connectWith, type ConnectOptions } from "./connect.ts";
import type { Feed } from "./feed.ts";

export * from "./index.ts";

/**
 * Connects to a feed and stays connected, in Node, whose versions before 22 have no WebSocket of their own. `url` is
 * that of the page or of the feed (http, https, ws, wss).
 *
 * @throws {TypeError} when `url` is not a URL.
 *
 * @example
 * ```ts norun
 * import { connect } from "gradstream/client";
 *
 * const feed = connect("http://localhost:11604");
 * feed.readings({ probes: ["loss"] }).subscribe(({ runId, step, value }) => console.log(runId, step, value));
 * ```
 */
export function connect(url: string | URL, options: ConnectOptions = {}): Feed {
  return connectWith(url, { WebSocket: NodeWebSocket as unknown as typeof WebSocket, ...options });
}
