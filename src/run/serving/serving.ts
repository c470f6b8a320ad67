import { InvalidArgumentError, Option, type Command } from "commander";
import { fileURLToPath } from "node:url";
import { DEFAULT_PORT, type FeedServer, startServer } from "../../feed/server/server.ts";
import { catalogueOf } from "../../paper/catalogue.ts";
import { PAPERS } from "../../paper/papers.ts";
import type { Paper } from "../../paper/paper.ts";
import type { Store } from "../../store/store.ts";
import { SqlPool } from "../sql/sql-pool.ts";
import { portNumber } from "../command-line/options.ts";
import { runKeeper } from "./run-keeper.ts";

const DASHBOARDS = fileURLToPath(new URL("../../../dashboards", import.meta.url));

/** Address and token of the live page, as commands take them. */
export interface ServingOptions {
  readonly host: string;
  readonly port: number;
  readonly token?: string;
  readonly publicUrl?: string;
}

/** Options of commands that train, and serve the live page unless told otherwise. */
export interface TrainingServingOptions extends ServingOptions {
  readonly serve: boolean;
}

/** Adds the options of commands that train: `servingOptions`, and whether there is a live page at all. */
export function trainingServingOptions(command: Command): Command {
  command
    .addOption(new Option("--serve", "serve the live page while training").default(true, "yes"))
    .option("--no-serve", "no live page");
  return servingOptions(command);
}

/** Adds the options of every command that serves the live page. */
export function servingOptions(command: Command): Command {
  return command
    .option("--port <n>", "port of the live page; the next free one if it is taken", portNumber, DEFAULT_PORT)
    .option("--host <address>", "address of the live page; elsewhere than here it asks for a token", "127.0.0.1")
    .addOption(
      new Option("--public-url <url>", "where another server shows the live page, with its path prefix").argParser(
        publicAddress,
      ),
    )
    .addOption(
      new Option("--token <text>", "what the live page asks for (default: random where it must)").argParser(secret),
    );
}

/**
 * Serves a store: its runs, and those that are published to the server's hub; and what papers say, for the pages.
 */
export async function serve(
  store: Store,
  { host, port, token, publicUrl }: ServingOptions,
  papers: readonly Paper[] = PAPERS,
): Promise<FeedServer> {
  const documents = { "/paper.json": catalogueOf(papers) };
  const asker = new SqlPool(store);
  const shown = { token, publicUrl, dashboardsDir: DASHBOARDS, documents };
  const server = await startServer({ store, asker, keeper: runKeeper(store), host, port, ...shown });
  const close = async (): Promise<void> => {
    await asker.close();
    await server.close();
  };
  return { ...server, close };
}

/** Writes the line that says where the live page is. */
export function liveLine({ url, localUrl, port, requestedPort }: FeedServer): string {
  const moved = requestedPort !== 0 && port !== requestedPort;
  const behind = url === localUrl ? "" : `, here ${localUrl}`;
  return `live: ${url}${behind}${moved ? ` (port ${requestedPort} is taken)` : ""}`;
}

/** Reads an address with a path that ends with `/`: what pages name stands below it. */
function publicAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search + url.hash + url.username !== "") {
    throw new InvalidArgumentError("It must be an address such as https://hub.example/user/me/gradstream/.");
  }
  return url.href.endsWith("/") ? url.href : `${url.href}/`;
}

function secret(text: string): string {
  if (/^[\w-]{8,200}$/.test(text)) return text;
  throw new InvalidArgumentError("It must be 8 to 200 letters, digits, - or _.");
}
