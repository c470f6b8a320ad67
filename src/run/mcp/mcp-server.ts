import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import { UserError } from "../../core/errors.ts";
import type { Store } from "../../store/store.ts";
import { withStore } from "../command-line/with-store.ts";
import { packageVersion } from "../process/version.ts";
import { jsonLine } from "../terminal/json-text.ts";
import { describeStore, listRuns, querySql, readSeries } from "./questions.ts";

const SDK = "@modelcontextprotocol/sdk";
const SQL_GUIDE = fileURLToPath(new URL("../../../docs/guide/sql.md", import.meta.url));

const some = (what: string) => z.string().optional().describe(what);
const number = (what: string) => z.number().int().min(0).optional().describe(what);

/**
 * Makes a server of the Model Context Protocol that answers questions about a store, which it opens for each and closes
 * again: runs may begin to write to it at any time. Questions are answered one after the other.
 *
 * @throws {UserError} when the protocol's package is not installed.
 */
export async function mcpServer(path: string): Promise<McpServer> {
  const { McpServer } = await sdk(() => import("@modelcontextprotocol/sdk/server/mcp.js"));
  const server = new McpServer({ name: "gradstream", version: packageVersion() });
  let before: Promise<unknown> = Promise.resolve();
  const answer = async (question: (store: Store) => Promise<object>) => {
    const answered = before.then(() => withStore(path, question));
    before = answered.catch(() => undefined);
    return { content: [{ type: "text" as const, text: jsonLine(await answered) }] };
  };
  const annotations = { readOnlyHint: true, openWorldHint: false };

  server.registerTool(
    "list_runs",
    {
      description: "Lists recorded training runs with their final loss and accuracy, the newest first.",
      inputSchema: {
        experiment: some("only this experiment"),
        arm: some("only this arm: the treatment that is compared"),
        status: some("only runs that are completed, diverged, failed or interrupted"),
        limit: z.number().int().min(1).max(1000).default(100).describe("runs at most"),
      },
      annotations,
    },
    ({ experiment, arm, status, limit }) =>
      answer((store) => listRuns(store, { experiment, arm: arm === undefined ? undefined : [arm], status }, limit)),
  );
  server.registerTool(
    "describe_store",
    {
      description:
        "Describes what is recorded: experiments, probes with their stats, tables and views with their columns.",
      annotations,
    },
    () => answer(describeStore),
  );
  server.registerTool(
    "query_sql",
    {
      description:
        "Runs one SELECT in DuckDB's dialect over what is recorded: 10,000 rows, 10 s and 1 GiB of memory at most. " +
        "The resource gradstream://guide/sql says what the tables hold, describe_store what columns they have.",
      inputSchema: { sql: z.string().min(1).max(100_000).describe("one SELECT") },
      annotations,
    },
    ({ sql }) => answer((store) => querySql(store, sql)),
  );
  server.registerTool(
    "read_series",
    {
      description:
        "Reads what a probe measured, step by step, each series in a number of points with the least, greatest and last value.",
      inputSchema: {
        run: z.string().describe("id of the run"),
        probe: z.string().describe("name of the probe, such as loss; * stands for any characters"),
        stat: z.string().describe("name of the number, such as loss; * stands for any characters"),
        layer: number("only this layer, from 1"),
        unit: number("only this unit, from 0"),
        from: number("first step"),
        to: number("last step"),
        points: z.number().int().min(1).max(2000).default(200).describe("points of a series at most"),
      },
      annotations,
    },
    ({ run, probe, stat, layer, unit, from, to, points }) => {
      const wanted = {
        runs: [run],
        probes: [probe],
        stats: [stat],
        layers: layer === undefined ? undefined : [layer],
        units: unit === undefined ? undefined : [unit],
        from,
        to,
      };
      return answer((store) => readSeries(store, wanted, points));
    },
  );
  const about = { title: "SQL over what was recorded", mimeType: "text/markdown" };
  server.registerResource("sql", "gradstream://guide/sql", about, ({ href }) => ({
    contents: [{ uri: href, mimeType: "text/markdown", text: readFileSync(SQL_GUIDE, "utf8") }],
  }));
  return server;
}

/** Serves until standard input ends, or `signal` ends it. */
export async function serveStdio(server: McpServer, signal: AbortSignal): Promise<void> {
  const { StdioServerTransport } = await sdk(() => import("@modelcontextprotocol/sdk/server/stdio.js"));
  const ended = new Promise<void>((resolve) => {
    process.stdin.once("end", resolve).once("close", resolve);
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  await server.connect(new StdioServerTransport());
  await ended;
  await server.close();
}

/** The package is an optional one. */
async function sdk<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new UserError(`mcp needs a package that is not installed: npm install ${SDK}`);
  }
}
