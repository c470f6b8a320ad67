import { WebSocket as NodeWebSocket } from "ws";
import { connect as connectWith, type ConnectOptions } from "./connect.ts";
import type { Feed } from "./feed.ts";

export * from "./index.ts";

/** `connect` for Node, whose versions before 22 have no WebSocket of their own. A URL must be given. */
export function connect(url: string | URL, options: ConnectOptions = {}): Feed {
  return connectWith(url, { WebSocket: NodeWebSocket as unknown as typeof WebSocket, ...options });
}
