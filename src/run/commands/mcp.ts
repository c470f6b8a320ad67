import { Command } from "commander";
import { DEFAULT_STORE, requireStore } from "../command-line/default-store.ts";
import { mcpServer, serveStdio } from "../mcp/mcp-server.ts";
import { onInterrupt } from "../process/interrupt.ts";

const HELP = `
Programs start this as a server of the Model Context Protocol and speak to it over standard input and output. It has the
tools list_runs, describe_store, query_sql and read_series, which only read, and the resource gradstream://guide/sql. The
store is opened for each question and closed again, so that runs may write to it. It needs a package beside gradstream:
npm install @modelcontextprotocol/sdk

Examples:
  $ gradstream mcp
  $ gradstream mcp --store results/paper.duckdb
  {"mcpServers": {"gradstream": {"command": "npx", "args": ["gradstream", "mcp", "--store", "/data/results.duckdb"]}}}`;

/** Makes `gradstream mcp`, which answers programs that speak the Model Context Protocol. */
export function mcpCommand(): Command {
  return new Command("mcp")
    .description("answer programs that speak the Model Context Protocol about what was recorded")
    .option("--store <file>", "the store to read", DEFAULT_STORE)
    .addHelpText("after", HELP)
    .action(async ({ store: path }: { readonly store: string }) => {
      requireStore(path);
      const server = await mcpServer(path);
      const stop = new AbortController();
      await onInterrupt(
        () => stop.abort(),
        () => serveStdio(server, stop.signal),
      );
    });
}
