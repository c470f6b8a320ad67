import { createHash, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { hostname } from "node:os";
import { UserError } from "../../core/errors.ts";
import { oneLine } from "../../core/one-line.ts";
import { CHECKSUM } from "./http-place.ts";
import type { ResultPlace } from "./result-place.ts";

/** More than any checkpoint: what is larger is refused before it fills the memory. */
const MOST_BYTES = 2 ** 31 - 1;
const PART = /^[\w%. :~@+-]+$/;

/** A place that is served to workers. */
export interface PlaceServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves a place to workers who bring the token; `host` is the address that it listens on, `port` 0 any free one.
 *
 * @throws {UserError} for an address on which this machine cannot listen.
 */
export async function servePlace(place: ResultPlace, token: string, host: string, port: number): Promise<PlaceServer> {
  const server = createServer((request, response) => {
    answer(place, token, request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(oneLine(error));
    });
  });
  server.listen(port, host);
  await once(server, "listening").catch((error: unknown) => {
    const isTaken = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
    const why = isTaken ? "the port is taken; name another one" : `${oneLine(error)}; name another address`;
    throw new UserError(`--receive ${host}:${port}: ${why}`);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${reachedBy(host)}:${taken}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Returns what others reach an address by that this machine listens on: its name where it listens on all of them. */
function reachedBy(host: string): string {
  if (host === "0.0.0.0" || host === "::") return hostname();
  return host.includes(":") ? `[${host}]` : host;
}

async function answer(
  place: ResultPlace,
  token: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const end = (status: number, body: string | Buffer = ""): void => void response.writeHead(status).end(body);
  if (!isAllowed(request, token)) return end(401);
  const [asked = "", query = ""] = (request.url ?? "").split("?");
  const parts = asked.split("/").filter(Boolean).map(decodeURIComponent);
  if (parts.some((part) => !PART.test(part) || part.startsWith("."))) return end(400);
  const path = parts.join("/");
  switch (request.method) {
    case "GET": {
      if (query === "list") return end(200, JSON.stringify(await place.list(path)));
      const bytes = await place.read(path);
      return bytes ? end(200, bytes) : end(404);
    }
    case "PUT": {
      const bytes = await bodyOf(request);
      if (bytes === undefined) return end(413);
      if (sum(bytes).toString("hex") !== request.headers[CHECKSUM]) return end(422);
      if (await place.create(path, bytes)) return end(201);
      // Its answer may have been lost, and it was sent again.
      return end((await place.read(path))?.equals(bytes) ? 200 : 409);
    }
    case "DELETE":
      if (parts.length < 2) return end(400);
      await place.remove(path);
      return end(204);
    default:
      return end(405);
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MOST_BYTES) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

const sum = (bytes: Uint8Array | string): Buffer => createHash("sha256").update(bytes).digest();

/** In constant time, whatever the length. */
function isAllowed({ headers }: IncomingMessage, token: string): boolean {
  return timingSafeEqual(sum(headers.authorization ?? ""), sum(`Bearer ${token}`));
}
