import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Subject } from "rxjs";
import { UserError } from "../../../core/errors.ts";
import type { Engine, LostLease, OpenTrial, TaskLog } from "../engine.ts";
import { askSlurm } from "./ask-slurm.ts";
import { checkSbatch } from "./check-sbatch.ts";
import { LOGS, TASKS_FILE, readTaskArray, SCRIPT, type TaskArray } from "./task-array.ts";
import { taskScript } from "./task-script.ts";
import { TrialFiles } from "./trial-files.ts";

/** Options of `slurmEngine`. */
export interface SlurmOptions {
  readonly sweepId: string;
  /** Folder of the sweep's jobs, which every machine sees. */
  readonly folder: string;
  /** Program and arguments of a worker; it opens a `slurmWorker`. */
  readonly command: readonly string[];
  /** Options of sbatch, such as `--partition=gpu`. Default none. */
  readonly sbatch?: readonly string[];
  /** How many trials a task trains, one after the other. Default 1. */
  readonly trialsPerTask?: number;
  /** Seconds before the end of its time at which a task is warned. Default 120. */
  readonly graceS?: number;
  /** How long to wait for Slurm's controller, in milliseconds. Default 10 min. */
  readonly patienceMs?: number;
}

/** Slurm's default MaxArraySize is 1001, and that is the index that no task may have. */
const MOST_TASKS = 1000;
const JOB = "job";

/**
 * Hands trials to tasks of Slurm, as arrays over manifests: a task trains trials of its own, and the task that Slurm
 * starts in its place goes on with them. What Slurm's queue and the trials' files say is the state: accounting is not
 * needed.
 *
 * @throws {UserError} for an option of sbatch that the tasks' script sets.
 */
export function slurmEngine(options: SlurmOptions): Engine {
  const { sweepId, folder, command, sbatch = [], trialsPerTask = 1, graceS = 120, patienceMs = 600_000 } = options;
  const name = `gradstream-${encodeURIComponent(sweepId)}`;
  const files = new TrialFiles(folder);
  const lost = new Subject<LostLease>();
  const told = new Set<string>();
  const ask = (program: string, ...args: readonly string[]) => askSlurm(program, args, patienceMs);
  checkSbatch(sbatch);
  mkdirSync(folder, { recursive: true });

  /** The batches that were submitted, by the number of their job. */
  function batches(): ReadonlyMap<string, TaskArray> {
    const submitted = readdirSync(folder)
      .filter((entry) => existsSync(join(folder, entry, JOB)))
      .map((entry) => [readFileSync(join(folder, entry, JOB), "utf8"), readTaskArray(join(folder, entry))] as const);
    return new Map(submitted);
  }

  const batchNames = () => readdirSync(folder).filter((entry) => entry.startsWith("batch-"));

  /** The log of the task that a trial was given last, with its last line. */
  function logOf(trialId: string): TaskLog | undefined {
    for (let i = batchNames().length - 1; i >= 0; i--) {
      const at = join(folder, `batch-${i}`);
      const index = readTaskArray(at).chunks.findIndex((trials) => trials.includes(trialId));
      if (index < 0) continue;
      const file = join(at, LOGS, `${index}.txt`);
      const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
      return { file, lastLine: lines.map((line) => line.trim()).findLast(Boolean) };
    }
    return undefined;
  }

  /** The tasks that wait or run: job, index, whether it runs, and the trials that are not over. */
  async function tasks() {
    const known = batches();
    const queue = await ask("squeue", "--noheader", "--array", `--name=${name}`, "--format=%F %K %T");
    return [...queue.matchAll(/^\s*(\d+) (\d+) (\w+)/gm)].map(([, job, index, state]) => {
      const chunk = known.get(job!)?.chunks[Number(index)] ?? [];
      const trials = chunk.filter((trialId) => !files.isOver(trialId) && !files.isWithdrawn(trialId));
      return { job: job!, index: index!, isRunning: state === "RUNNING", trials };
    });
  }

  function tellLost(trialId: string): void {
    files.attempts(trialId).forEach((token, i, all) => {
      if (i + 1 === all.length || files.hasEnded(trialId, i + 1) || told.has(token)) return;
      told.add(token);
      lost.next({ trialId, attempt: i + 1 });
    });
  }

  async function submit(trialIds: readonly string[]): Promise<void> {
    const at = join(folder, `batch-${batchNames().length}`);
    const chunks = [...slices(trialIds, trialsPerTask)];
    mkdirSync(join(at, LOGS), { recursive: true });
    writeFileSync(join(at, TASKS_FILE), JSON.stringify({ name, chunks } satisfies TaskArray), { flag: "wx" });
    const script = taskScript({ name, count: chunks.length, batch: at, command, sbatch, graceS });
    writeFileSync(join(at, SCRIPT), script, { flag: "wx", mode: 0o755 });
    const job = (await ask("sbatch", "--parsable", join(at, SCRIPT))).trim().split(";")[0]!;
    writeFileSync(join(at, JOB), job, { flag: "wx" });
  }

  async function open(): Promise<readonly OpenTrial[]> {
    const found = new Map<string, OpenTrial["state"]>();
    for (const { isRunning, trials } of await tasks()) {
      for (const trialId of trials) {
        tellLost(trialId);
        const attempt = files.attempts(trialId).length;
        const isClaimed = isRunning && attempt > 0 && !files.hasEnded(trialId, attempt);
        found.set(trialId, isClaimed ? "claimed" : "waiting");
      }
    }
    return [...found].map(([trialId, state]) => ({ trialId, state }));
  }

  return {
    lost: lost.asObservable(),
    open,
    logOf,
    async enqueue(trialIds) {
      for (const trialId of trialIds) if (files.isWithdrawn(trialId)) files.forget(trialId);
      const there = new Set((await open()).map(({ trialId }) => trialId));
      const fresh = [...new Set(trialIds)].filter((trialId) => !there.has(trialId) && !files.isOver(trialId));
      for (const some of slices(fresh, MOST_TASKS * trialsPerTask)) await submit(some);
    },
    async withdraw(trialIds) {
      const claimed = new Set((await open()).flatMap(({ trialId, state }) => (state === "claimed" ? [trialId] : [])));
      for (const trialId of trialIds) {
        if (files.isOver(trialId)) files.forget(trialId);
        if (!claimed.has(trialId)) files.withdraw(trialId);
      }
      const idle = new Map<string, string[]>();
      for (const { job, index, isRunning, trials } of await tasks())
        if (!isRunning && trials.length === 0)
          idle
            .set(job, idle.get(job) ?? [])
            .get(job)!
            .push(index);
      for (const [job, indices] of idle) {
        // One that is over or has begun meanwhile cannot be cancelled, and has nothing to do.
        await ask("scancel", "--quiet", `${job}_[${indices.join(",")}]`).catch((error: unknown) => {
          if (!(error instanceof UserError)) throw error;
        });
      }
    },
    async close() {
      lost.complete();
    },
  };
}

function* slices<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let i = 0; i < items.length; i += size) yield items.slice(i, i + size);
}
