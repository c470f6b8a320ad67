import { UserError } from "../../core/errors.ts";
import { EmbeddedEngine } from "./embedded.ts";
import type { Engine, EngineWorker } from "./engine.ts";

/** An engine, and how to become a worker of it. */
export interface OpenedEngine {
  readonly engine: Engine;
  readonly worker: () => Promise<EngineWorker>;
}

/** What an engine is told of whose it is. */
export interface EngineOptions {
  readonly sweepId: string;
  /** Takes what people should know while nothing has failed yet. */
  readonly tell: (message: string) => void;
}

/**
 * Opens the engine of a sweep: within this process without a URL, or on a Redis or PostgreSQL server.
 *
 * @throws {UserError} for a URL of something else, or a server that must not be trusted with trials.
 * @throws {UnreachableQueue} for one that does not answer.
 */
export async function openEngine(url: string | undefined, options: EngineOptions): Promise<OpenedEngine> {
  if (url === undefined) {
    const engine = new EmbeddedEngine();
    return { engine, worker: () => Promise.resolve(engine.worker()) };
  }
  const { queueEngine } = await import("./bullmq/queue-engine.ts");
  const engine = await queueEngine(url, { ...options, ...patience() });
  return { engine, worker: () => openWorker(url, options) };
}

/** What Slurm is told of a sweep. */
export interface SlurmAsked {
  readonly sweepId: string;
  /** Folder of the sweep's jobs, which every machine sees. */
  readonly folder: string;
  /** Program and arguments of a worker. */
  readonly command: readonly string[];
  /** Options of sbatch. */
  readonly sbatch: readonly string[];
}

/**
 * Opens the engine of a sweep whose workers Slurm starts.
 *
 * @throws {UserError} where there is no Slurm.
 */
export async function openSlurm(asked: SlurmAsked): Promise<OpenedEngine> {
  const { slurmEngine } = await import("./slurm/slurm-engine.ts");
  return { engine: slurmEngine(asked), worker: openSlurmWorker };
}

/**
 * Becomes a worker of the engine on a server.
 *
 * @throws {UserError} and {UnreachableQueue} as `openEngine` does.
 */
export async function openWorker(url: string, options: EngineOptions): Promise<EngineWorker> {
  const { queueWorker } = await import("./bullmq/queue-worker.ts");
  return queueWorker(url, { ...options, ...patience() });
}

/** For how long a queue that is out of reach is waited for, in seconds, where this variable says. */
const PATIENCE = "GRADSTREAM_QUEUE_PATIENCE";

/** Reads that variable. @throws {UserError} for what is not a time. */
function patience(): { readonly connectMs?: number; readonly patienceMs?: number } {
  const given = process.env[PATIENCE];
  if (given === undefined) return {};
  const seconds = Number(given);
  if (!(seconds > 0) || seconds > 86_400) throw new UserError(`${PATIENCE}: it must be seconds, up to a day`);
  return { connectMs: seconds * 1000, patienceMs: seconds * 1000 };
}

/** Becomes a worker of the Slurm task that this process is. @throws {UserError} when it is none. */
export async function openSlurmWorker(): Promise<EngineWorker> {
  const { slurmWorker } = await import("./slurm/slurm-worker.ts");
  return slurmWorker();
}
