import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import { UserError } from "../core/errors.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

const HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-cache",
};

/**
 * The pages by URL path, fixed when the server starts: the files that lie in the folder itself, and uPlot. A request is
 * looked up, never joined to a path. Throws UserError when the folder cannot be read.
 */
export function listPages(folder: string): ReadonlyMap<string, string> {
  const uplot = dirname(createRequire(import.meta.url).resolve("uplot"));
  const pages = new Map([
    ["/vendor/uplot.js", join(uplot, "uPlot.esm.js")],
    ["/vendor/uplot.css", join(uplot, "uPlot.min.css")],
  ]);
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (!entry.isFile() || TYPES[extname(entry.name)] === undefined) continue;
      pages.set(`/${entry.name}`, join(folder, entry.name));
      if (entry.name === "index.html") pages.set("/", join(folder, entry.name));
    }
  } catch {
    throw new UserError(`feed: cannot read the folder of dashboards ${folder}`);
  }
  return pages;
}

/** Answers one HTTP request with a listed page, 404 or 405. */
export async function servePage(
  pages: ReadonlyMap<string, string>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== "GET" && request.method !== "HEAD") return refuse(response, 405, "method not allowed");
  const file = pages.get((request.url ?? "").split("?")[0] ?? "");
  const body = file === undefined ? undefined : await readFile(file).catch(() => undefined);
  if (file === undefined || body === undefined) return refuse(response, 404, "not found");
  response.writeHead(200, { ...HEADERS, "content-type": TYPES[extname(file)], "content-length": body.length });
  response.end(request.method === "HEAD" ? undefined : body);
}

/** Answers with a status and one line of text. */
export function refuse(response: ServerResponse, status: number, reason: string): void {
  response.writeHead(status, { ...HEADERS, "content-type": "text/plain; charset=utf-8" });
  response.end(`${reason}\n`);
}
