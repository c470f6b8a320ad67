import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { dirname, extname, join, relative, sep } from "node:path";
import { UserError } from "../../core/errors.ts";
import { pathOf } from "./access.ts";
import { browserModules, pageNames } from "./browser-modules.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
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

/** What surrounds every page, below the folder of dashboards. */
const SHELL = "/shell.html";
/** The page at the root. */
const FIRST = "overview";

interface Page {
  readonly type: string;
  readonly read: () => Promise<Buffer | string>;
}

export type Pages = ReadonlyMap<string, Page>;

/**
 * Lists what is served, by URL path, fixed when the server starts: the pages, all in one shell, the other files below the folder,
 * the client, rxjs, uPlot and further documents as JSON. A request is looked up, never joined to a path.
 *
 * @throws {UserError} when the folder cannot be read.
 */
export function listPages(folder: string, documents: Readonly<Record<string, unknown>> = {}): Pages {
  const pages = new Map<string, Page>();
  const addFile = (path: string, file: string) =>
    pages.set(path, { type: TYPES[extname(file)]!, read: () => readFile(file) });
  const uplot = dirname(createRequire(import.meta.url).resolve("uplot"));
  addFile("/vendor/uplot.js", join(uplot, "uPlot.esm.js"));
  addFile("/vendor/uplot.css", join(uplot, "uPlot.min.css"));
  for (const [path, document] of Object.entries(documents)) {
    const text = JSON.stringify(document);
    pages.set(path, { type: TYPES[".json"]!, read: () => Promise.resolve(text) });
  }
  for (const [path, read] of browserModules()) pages.set(path, { type: TYPES[".js"]!, read });
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
      const file = join(entry.parentPath, entry.name);
      const path = `/${relative(folder, file).replaceAll(sep, "/")}`;
      if (!entry.isFile() || TYPES[extname(file)] === undefined || pages.has(path)) continue;
      if (path !== SHELL) addFile(path, file);
      else for (const name of pageNames()) for (const url of urlsOf(name)) pages.set(url, shelled(file, name));
    }
  } catch {
    throw new UserError(`feed: cannot read the folder of dashboards ${folder}`);
  }
  return pages;
}

/** The shell with the module of a page. */
function shelled(shell: string, name: string): Page {
  return { type: TYPES[".html"]!, read: async () => (await readFile(shell, "utf8")).replace("{page}", name) };
}

const urlsOf = (name: string): string[] => (name === FIRST ? ["/", "/index.html"] : [`/${name}.html`]);

/** Answers one HTTP request with a listed page, 404 or 405. */
export async function servePage(pages: Pages, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== "GET" && request.method !== "HEAD") return refuse(response, 405, "method not allowed");
  const page = pages.get(pathOf(request));
  const body = await page?.read().catch(() => undefined);
  if (page === undefined || body === undefined) return refuse(response, 404, "not found");
  const bytes = Buffer.from(body as string);
  response.writeHead(200, { ...HEADERS, "content-type": page.type, "content-length": bytes.length });
  response.end(request.method === "HEAD" ? undefined : bytes);
}

/** Answers with a status and one line of text. */
export function refuse(response: ServerResponse, status: number, reason: string): void {
  response.writeHead(status, { ...HEADERS, "content-type": "text/plain; charset=utf-8" });
  response.end(`${reason}\n`);
}

/** Sends the browser to another page of ours, with a cookie. */
export function redirect(response: ServerResponse, location: string, cookie: string): void {
  response.writeHead(303, { ...HEADERS, location, "set-cookie": cookie });
  response.end();
}
