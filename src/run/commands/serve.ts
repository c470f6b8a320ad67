import { Command } from "commander";
import { DEFAULT_STORE, requireStore } from "../command-line/default-store.ts";
import { openStore } from "../command-line/open-store.ts";
import { ownStore } from "../owner/owner.ts";
import { onInterrupt } from "../process/interrupt.ts";
import { say } from "../terminal/say.ts";
import { liveLine, serve, servingOptions, type ServingOptions } from "../serving/serving.ts";

const EXAMPLES = `
The store is opened for reading only, unless --edit says otherwise: then runs can be noted, tagged and deleted on this server's
own pages and by clients with the token. While gradstream run writes to it, its live page is there for that: the message says
where.

Examples:
  $ gradstream serve
  $ gradstream serve --edit
  $ gradstream serve --store results/paper.duckdb --port 9000`;

interface ServeOptions extends ServingOptions {
  readonly store: string;
  readonly edit?: boolean;
}

/** Makes `gradstream serve`, which serves the pages of what was recorded until it is interrupted. */
export function serveCommand(): Command {
  const command = new Command("serve")
    .description("serve the pages of what was recorded")
    .option("--store <file>", "the store to show", DEFAULT_STORE)
    .option("--edit", "open it for writing, so that runs can be noted, tagged and deleted")
    .addHelpText("after", EXAMPLES)
    .action(serveStore);
  return servingOptions(command);
}

async function serveStore(options: ServeOptions): Promise<void> {
  requireStore(options.store);
  const { edit = false } = options;
  const store = await openStore(options.store, { readOnly: !edit });
  try {
    const server = await serve(store, options);
    const owner = edit ? await ownStore(store, server.localUrl) : undefined;
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    say(liveLine(server));
    say(`${options.store}, for ${edit ? "writing" : "reading only"}; Ctrl-C ends`);
    try {
      await onInterrupt(end, () => ended);
    } finally {
      await owner?.close();
      await server.close();
    }
  } finally {
    await store.close();
  }
}
