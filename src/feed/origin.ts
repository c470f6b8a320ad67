import type { IncomingMessage } from "node:http";

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Whether a request is meant for this server and comes from its own pages: Host must be a loopback name (or the address
 * the server was told to listen on), so that no foreign name can be pointed here; Origin, where a browser sends one,
 * must be that same host.
 */
export function isOwn(request: IncomingMessage, listening: string): boolean {
  const { host, origin } = request.headers;
  const name = hostname(`http://${host ?? ""}`);
  if (name === undefined || !(LOOPBACK.has(name) || name === hostname(`http://${bracketed(listening)}`))) return false;
  return origin === undefined || origin.toLowerCase() === `http://${host ?? ""}`.toLowerCase();
}

/** An IPv6 address as it stands in a URL. */
export function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

function hostname(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}
