import { Command } from "commander";
import { filter, firstValueFrom, timeout } from "rxjs";
import { connect } from "../../feed/client/node.ts";
import { UserError } from "../../core/errors.ts";
import { oneLine } from "../../core/one-line.ts";
import { plainText } from "../../core/plain-text.ts";
import { records } from "../../store/records.ts";
import { checkNotes, type RunNotes } from "../../store/run-notes.ts";
import { StoreInUse } from "../../store/store-in-use.ts";
import type { Store } from "../../store/store.ts";
import { DEFAULT_STORE, requireStore } from "../command-line/default-store.ts";
import { openStore } from "../command-line/open-store.ts";
import { list } from "../command-line/options.ts";
import { outputOptions, type OutputOptions } from "../command-line/output-options.ts";
import { withStore } from "../command-line/with-store.ts";
import { endpointOf } from "../owner/endpoint.ts";
import { jsonText } from "../terminal/json-text.ts";
import { WithOrigin } from "../watch/control-runs.ts";

const PATIENCE_MS = 10_000;

const HELP = `
Notes and tags are kept in the store and travel with their run. gradstream runs shows them, and finds runs by --tag; so do the
pages (tag=good). While a gradstream run writes to the store, its live page is asked to keep them.

Examples:
  $ gradstream note noisy-batchnorm/standard/0 "warmed up by hand"
  $ gradstream note noisy-batchnorm/standard/0 --tag good,warm-up
  $ gradstream note noisy-batchnorm/standard/0 "" --untag warm-up`;

interface NoteOptions extends OutputOptions {
  readonly store: string;
  readonly tag?: readonly string[];
  readonly untag?: readonly string[];
}

/** A run with what is said of it. */
interface NotedRun extends RunNotes {
  readonly runId: string;
}

/** Makes `gradstream note`, which notes and tags a recorded run. */
export function noteCommand(): Command {
  const command = new Command("note")
    .description("note something on a recorded run, and tag it")
    .argument("<run>", "a run id, or how that of one run begins")
    .argument("[text]", 'what to note in place of what stands there; "" for nothing')
    .option("--store <file>", "the store that has it", DEFAULT_STORE)
    .option("--tag <a,b>", "add these tags", list)
    .option("--untag <a,b>", "take these tags away", list)
    .addHelpText("after", HELP)
    .action(noteRun);
  return outputOptions(command, "errors alone");
}

async function noteRun(run: string, text: string | undefined, options: NoteOptions): Promise<void> {
  const { store: path, tag = [], untag = [], json, quiet } = options;
  requireStore(path);
  const before = await withStore(path, (store) => foundRun(store, run));
  const isTagged = tag.length + untag.length > 0;
  const tags = [...before.tags, ...tag].filter((one) => !untag.includes(one));
  const change = checkNotes({ ...(text !== undefined && { note: text }), ...(isTagged && { tags }) });
  const { runId } = before;
  const now =
    Object.keys(change).length === 0 ? before : { runId, ...(await kept(path, runId, { ...before, ...change })) };
  if (json) process.stdout.write(jsonText({ store: path, run: runId, note: now.note, tags: now.tags }));
  else if (!quiet) process.stdout.write(`${plainText(runId)}: ${plainText(saidOf(now))}\n`);
}

/** Finds the run. @throws {UserError} where there is none, or several. */
async function foundRun(store: Store, run: string): Promise<NotedRun> {
  const rows = await records(
    store,
    `SELECT run_id, coalesce(note, '') AS note, to_json(coalesce(tags, []))::VARCHAR AS tags FROM run
     WHERE starts_with(run_id, $1) ORDER BY run_id = $1 DESC, run_id LIMIT 2`,
    [run],
  );
  const [first, second] = rows.map((row) => ({ ...row, runId: String(row["run_id"]) }));
  if (first === undefined) throw new UserError(`note: no run ${run} in ${store.path}; gradstream runs lists them`);
  if (second !== undefined && first.runId !== run) {
    throw new UserError(
      `note: several runs begin with ${run}: ${first.runId}, ${second.runId} …; give one of them whole`,
    );
  }
  const [{ note, tags } = {}] = rows;
  return { runId: first.runId, note: String(note), tags: JSON.parse(String(tags)) as string[] };
}

/** Keeps note and tags: in the store, or through the process that writes to it. */
async function kept(path: string, runId: string, { note, tags }: RunNotes): Promise<RunNotes> {
  let page: string | undefined;
  try {
    const store = await openStore(path);
    return await store.noteRun(runId, { note, tags }).finally(() => store.close());
  } catch (error) {
    page = error instanceof StoreInUse ? endpointOf(path)?.page : undefined;
    if (page === undefined) throw error;
  }
  const feed = connect(page, { WebSocket: WithOrigin as unknown as typeof WebSocket });
  try {
    const live = feed.connection.pipe(
      filter(({ state }) => state === "live"),
      timeout({ first: PATIENCE_MS }),
    );
    await firstValueFrom(live);
    await feed.control({ action: "note", run: runId, note, tags });
    return { note, tags };
  } catch (error) {
    throw new UserError(
      `note: ${path} is being written to, and its live page ${page} does not keep it: ${oneLine(error)}`,
    );
  } finally {
    feed.close();
  }
}

function saidOf({ note, tags }: RunNotes): string {
  const parts = [note, tags.length > 0 ? `tags ${tags.join(", ")}` : ""].filter(Boolean);
  return parts.length > 0 ? parts.join("; ") : "no note, no tags";
}
