import { Command } from "commander";
import { strayCheckpoints } from "../../checkpoints/stray-checkpoints.ts";
import { UserError } from "../../core/errors.ts";
import { compactStore } from "../../store/compact-store.ts";
import { storeFile } from "../../store/place.ts";
import { type PrunedRun, prunedRuns } from "../../store/prune-runs.ts";
import { records } from "../../store/records.ts";
import { StoreInUse } from "../../store/store-in-use.ts";
import type { Store } from "../../store/store.ts";
import { type Finding, verifyLog, verifyStore } from "../../store/verify-store.ts";
import { counted } from "../../view/numbers.ts";
import { age, chosenBy, type ChoiceOptions, choiceOptions, statusOption } from "../command-line/choice-options.ts";
import { checkpointsOf } from "../command-line/checkpoints-of.ts";
import { DEFAULT_STORE, requireStore } from "../command-line/default-store.ts";
import { discardRuns } from "../command-line/discard-runs.ts";
import { openStore } from "../command-line/open-store.ts";
import { outputOptions, type OutputOptions } from "../command-line/output-options.ts";
import { withStore } from "../command-line/with-store.ts";
import { endpointOf } from "../owner/endpoint.ts";
import { confirm } from "../terminal/confirm.ts";
import { jsonText } from "../terminal/json-text.ts";
import { renderTable } from "../terminal/render.ts";

interface StoreCommandOptions extends OutputOptions {
  readonly store: string;
}

/** Makes `gradstream store`, which keeps stores in order. */
export function storeCommand(): Command {
  return new Command("store")
    .description("compact, verify and prune a store")
    .addCommand(compactCommand())
    .addCommand(verifyCommand())
    .addCommand(pruneCommand());
}

const COMPACT_HELP = `
A DuckDB file keeps the room of rows that were removed. This writes it anew beside itself, compares the rows of every table,
and puts it in place of the old one. It takes the disk space of the store once more meanwhile.

Examples:
  $ gradstream store compact
  $ gradstream store compact --store results/paper.duckdb --json`;

function compactCommand(): Command {
  const command = new Command("compact")
    .description("write the file of a store anew, without the room of what was removed")
    .option("--store <file>", "the store to compact", DEFAULT_STORE)
    .addHelpText("after", COMPACT_HELP)
    .action(async ({ store: path, json, quiet }: StoreCommandOptions) => {
      requireStore(path);
      const { bytesBefore, bytesAfter } = await compactStore(await openStore(path));
      if (json) process.stdout.write(jsonText({ store: path, bytesBefore, bytesAfter }));
      if (json || quiet) return;
      process.stdout.write(`${path}: ${bytesBefore} bytes before, ${bytesAfter} after\n`);
    });
  return outputOptions(command, "errors alone");
}

const VERIFY_HELP = `
Exit code 1 says that something is wrong. Nothing is changed, but for what opening a store does: a process that is no more
left its runs under way, which are marked as interrupted.

Examples:
  $ gradstream store verify
  $ gradstream store verify --store results/archive --json`;

function verifyCommand(): Command {
  const command = new Command("verify")
    .description("look for what cannot be true of a store")
    .option("--store <file>", "the store to look at", DEFAULT_STORE)
    .addHelpText("after", VERIFY_HELP)
    .action(async ({ store: path, json, quiet }: StoreCommandOptions) => {
      requireStore(path);
      const findings = await verified(path);
      const isWrong = findings.some(({ wrong }) => wrong > 0);
      if (json) process.stdout.write(jsonText({ store: path, findings }));
      else if (!quiet || isWrong)
        process.stdout.write(tableOf(quiet ? findings.filter(({ wrong }) => wrong > 0) : findings));
      if (isWrong) process.exitCode = 1;
    });
  return outputOptions(command, "only what is wrong");
}

async function verified(path: string): Promise<readonly Finding[]> {
  const check = "it opens";
  const log = endpointOf(path) === undefined ? [verifyLog(storeFile(path))] : [];
  try {
    const findings = await withStore(path, async (store) => [
      ...(await verifyStore(store)),
      await checkpointsIn(store, path),
    ]);
    return [{ check, wrong: 0, example: "" }, ...log, ...findings];
  } catch (error) {
    if (!(error instanceof UserError) || error instanceof StoreInUse) throw error;
    return [{ check, wrong: 1, example: error.message }, ...log];
  }
}

/** A copy of a store that is written to lies elsewhere; its checkpoints are beside `path`. */
async function checkpointsIn(store: Store, path: string): Promise<Finding> {
  const runs = await records(store, "SELECT run_id FROM run");
  const stray = strayCheckpoints(
    checkpointsOf({ path }),
    runs.map((run) => String(run["run_id"])),
  );
  return { check: "checkpoints are of runs that are there", wrong: stray.length, example: stray[0] ?? "" };
}

function tableOf(findings: readonly Finding[]): string {
  const columns = [
    { name: "check", type: "VARCHAR" },
    { name: "wrong", type: "INTEGER" },
    { name: "example", type: "VARCHAR" },
  ];
  return renderTable({ columns, rows: findings.map(({ check, wrong, example }) => [check, wrong, example]) });
}

const PRUNE_HELP = `
Removes runs with all that they recorded, and their checkpoints. What is chosen is listed first, and removed once you say so.
What gradstream import and merge bring of them is left out, unless --with-removed. The file keeps its size until gradstream store compact.

Examples:
  $ gradstream store prune --status failed --dry-run
  $ gradstream store prune --experiment noisy-batchnorm --keep-latest
  $ gradstream store prune --older-than 30d --status interrupted --yes`;

interface PruneOptions extends StoreCommandOptions, ChoiceOptions {
  readonly status?: string;
  readonly olderThan?: number;
  readonly keepLatest?: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

function pruneCommand(): Command {
  const command = new Command("prune")
    .description("remove runs with their records and checkpoints")
    .option("--store <file>", "the store to remove them from", DEFAULT_STORE);
  choiceOptions(command)
    .addOption(statusOption())
    .option("--older-than <time>", "only runs that started this long ago or longer: 12h, 30d or 4w", age)
    .option("--keep-latest", "not the newest of each experiment, arm, seed, setting, data set, backend and network")
    .option("--yes", "without asking")
    .option("--dry-run", "only list them")
    .addHelpText("after", PRUNE_HELP)
    .action(prune);
  return outputOptions(command, "errors and the question alone");
}

async function prune(options: PruneOptions): Promise<void> {
  const { store: path, status, olderThan, keepLatest = false, yes, dryRun, json, quiet } = options;
  const startedBefore = olderThan === undefined ? undefined : Date.now() - olderThan;
  const choice = { ...chosenBy(options), status, startedBefore };
  if (!keepLatest && Object.values(choice).every((one) => one === undefined)) {
    throw new UserError(
      "store prune: say which runs: --experiment, --arm, --run, --status, --older-than or --keep-latest",
    );
  }
  requireStore(path);
  const choose = (store: Store): Promise<readonly PrunedRun[]> => prunedRuns(store, choice, keepLatest);
  if (dryRun) {
    const runs = await withStore(path, choose);
    if (json) process.stdout.write(jsonText({ store: path, removed: 0, runs }));
    else process.stdout.write(`${listOf(runs)}${counted(runs.length, "run")} would be removed from ${path}\n`);
    return;
  }
  const store = await openStore(path);
  try {
    const runs = await choose(store);
    if (!yes && runs.length > 0) {
      process.stderr.write(listOf(runs));
      const otherwise = "store prune asks before it removes, and there is no terminal: add --yes or --dry-run";
      if (!(await confirm(`Remove ${counted(runs.length, "run")} from ${path}?`, otherwise))) {
        throw new UserError("nothing was removed");
      }
    }
    const ids = runs.map(({ runId }) => runId);
    await discardRuns(store, ids);
    if (json) process.stdout.write(jsonText({ store: path, removed: runs.length, runs }));
    else if (!quiet) process.stdout.write(`${counted(runs.length, "run")} removed from ${path}\n`);
  } finally {
    await store.close();
  }
}

function listOf(runs: readonly PrunedRun[]): string {
  const columns = [
    { name: "run_id", type: "VARCHAR" },
    { name: "status", type: "VARCHAR" },
    { name: "started_utc", type: "VARCHAR" },
    { name: "readings", type: "INTEGER" },
  ];
  const rows = runs.map(({ runId, status, started, readings }) => [runId, status, started, readings]);
  return renderTable({ columns, rows });
}
