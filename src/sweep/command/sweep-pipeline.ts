import { availableParallelism, hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { UserError } from "../../core/errors.ts";
import { INTERRUPTED, UNREACHABLE, exitCode } from "../../run/command-line/exit-code.ts";
import { attend } from "../../run/runner/attend.ts";
import { brief } from "../../run/runner/brief.ts";
import { runsWithIds, type StoredRun } from "../../run/runner/stored-runs.ts";
import { liveLine } from "../../run/serving/serving.ts";
import { render } from "../../run/terminal/render.ts";
import { say } from "../../run/terminal/say.ts";
import type { Store } from "../../store/store.ts";
import { SweepRunner, type SweepResult } from "../coordinator/run-sweep.ts";
import { openEngine, openSlurm, type OpenedEngine } from "../engine/open-engine.ts";
import { UnreachableQueue } from "../engine/unreachable-queue.ts";
import { Ledger } from "../ledger/ledger.ts";
import type { PlaceServer } from "../place/serve-place.ts";
import { differing } from "../plan/label.ts";
import { checkAsked } from "./check-asked.ts";
import { goOnCommand } from "./go-on.ts";
import type { SweepCommandOptions } from "./options.ts";
import { removeIfEmpty } from "./places.ts";
import { confirmMany } from "./plan-search.ts";
import { prepareSweep, readAskedSweep, type PreparedSweep } from "./prepare-sweep.ts";
import { receive } from "./receive.ts";
import { sweepSummary } from "./sweep-summary.ts";

/** Workers elsewhere hear within this time that a sweep is over. */
const LINGER_MS = 7000;
const BIN = fileURLToPath(new URL("../../../bin/gradstream.js", import.meta.url));

/**
 * Does what `gradstream sweep` is told; `jobs` trials train in this process at a time.
 *
 * @throws {UserError} for bad input.
 */
export async function sweepPipeline(path: string, options: SweepCommandOptions, jobs: number): Promise<void> {
  const tell = options.quiet ? () => undefined : say;
  checkAsked(options, jobs);
  const asked = await readAskedSweep(path, options);
  const { experiment, backend, why, notes, data } = asked;
  let prepared: PreparedSweep;
  let opened: OpenedEngine | undefined;
  let received: PlaceServer | undefined;
  let isOver = false as boolean;

  const prepare = async (store: Store): Promise<boolean> => {
    prepared = await prepareSweep(asked, store);
    const { manifest, search, place, folder, there, trials, toTrain, isSettled, isResumed } = prepared;
    await confirmMany(toTrain, options.yes ?? false);
    if (isSettled) {
      tell(`all ${trials} trials are recorded already, by this code`);
      process.stdout.write(await resultOf(store, { finished: [], stoppedEarly: [] }, { ...options, there }));
      return false;
    }
    const { server, tellHowToJoin } = await receive(options, folder);
    received = server;
    opened = await openAsked(options, manifest.sweepId, folder, tell);
    // What cannot begin leaves no sweep behind.
    if (!isResumed) await new Ledger(store).begin(manifest, search, engineOf(options), hostname(), place);
    tellHowToJoin();
    return true;
  };
  try {
    await attend(
      { ...options, prepare },
      ({ store, server, progress }) => {
        const { manifest, search, basis, folder, there, toTrain, failed, isResumed } = prepared;
        const { sweepId } = manifest;
        const runner = new SweepRunner({
          manifest,
          search,
          basis,
          dataset: data.name,
          address: { kind: "folder", folder },
          opened: opened!,
          store,
          hub: server?.hub,
          progress,
          jobs,
          cores: availableParallelism(),
          goesOn: isResumed ? (options.onlyFailed === undefined ? "without failed" : "with failed") : undefined,
        });
        if (experiment.question) tell(experiment.question);
        [...notes, ...store.notices].forEach(tell);
        const known = there.length > 0 ? `, ${there.length} recorded already` : "";
        const atATime = jobs === 0 ? "" : `, ${jobs} at a time`;
        tell(`sweep ${sweepId}: ${toTrain} trials to train${known}${atATime}, into ${options.store}`);
        if (failed > 0) tell(`${failed} failed before; --only-failed tries them again`);
        tell(`backend ${backend} (${why})`);
        if (server) tell(liveLine(server));
        const run = () =>
          runner.run().catch((error: unknown) => {
            isOver = error instanceof UserError;
            throw error;
          });
        return { stop: () => runner.stop(), run };
      },
      async (result, store, recordedIn) => {
        const { folder, place } = prepared;
        const there = await runsWithIds(store, result.found);
        isOver = !result.isInterrupted;
        process.stdout.write(await resultOf(store, result, { ...options, store: recordedIn, there }));
        tellHowToGoOn(goOnCommand(path, options, place), result, tell);
        const code = exitCode(result.finished.map(({ outcome }) => outcome));
        process.exitCode = code === 0 && result.isInterrupted ? INTERRUPTED : code;
        removeIfEmpty(folder, place);
      },
    );
  } catch (error) {
    if (!(error instanceof UnreachableQueue)) throw error;
    say(`gradstream: ${error.message}`);
    process.exitCode = UNREACHABLE;
  } finally {
    if (received && isOver) await delay(LINGER_MS);
    await received?.close();
    await opened?.engine.close();
  }
}

/** Names the engine that was asked for, without its user's password. */
function engineOf({ queue, slurm }: SweepCommandOptions): string {
  if (slurm) return "slurm";
  return queue === undefined ? "embedded" : new URL(queue).protocol.replace(":", "");
}

/** Opens the engine that was asked for. */
function openAsked(
  { queue, slurm, sbatch }: SweepCommandOptions,
  sweepId: string,
  folder: string,
  tell: (line: string) => void,
): Promise<OpenedEngine> {
  if (!slurm) return openEngine(queue, { sweepId, tell });
  const command = [process.execPath, BIN, "worker", "--slurm", "--results", folder, "--jobs", "1"];
  return openSlurm({ sweepId, folder: join(folder, "slurm"), command, sbatch });
}

function tellHowToGoOn(command: string, { finished, isInterrupted }: SweepResult, tell: (line: string) => void): void {
  if (isInterrupted) tell(`interrupted; ${command} --resume goes on`);
  else if (finished.some(({ outcome }) => outcome.status === "failed")) {
    tell(`some trials failed; ${command} --only-failed tries them again`);
  }
}

async function resultOf(
  store: Store,
  { finished, stoppedEarly }: Pick<SweepResult, "finished" | "stoppedEarly">,
  options: SweepCommandOptions & { readonly there: readonly StoredRun[] },
): Promise<string> {
  const { store: path, json, quiet, there } = options;
  if (quiet && !json) return brief(path, finished, there, { stopped: stoppedEarly.length });
  const runs = [...there, ...[...finished, ...stoppedEarly].map(({ run }) => run)];
  const ids = runs.map(({ runId }) => runId);
  if (!json)
    return sweepSummary(store, path, ids, differing(runs.map(({ hyper }) => hyper)), {
      finished,
      stoppedEarly: stoppedEarly.length,
    });
  const rows = await store.query(
    "SELECT * FROM run_summary WHERE list_contains($1::JSON::VARCHAR[], run_id) ORDER BY started_at, run_id",
    [JSON.stringify(ids)],
  );
  return render(rows, "json");
}
