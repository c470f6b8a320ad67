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
  checkQueueUrl(url);
  const { queueEngine } = await queueModule<QueueEngineModule>("queue-engine");
  const engine = await queueEngine(url, options);
  return { engine, worker: () => openWorker(url, options) };
}

/**
 * Becomes a worker of the engine on a server.
 *
 * @throws {UserError} and {UnreachableQueue} as `openEngine` does.
 */
export async function openWorker(url: string, options: EngineOptions): Promise<EngineWorker> {
  checkQueueUrl(url);
  const { queueWorker } = await queueModule<QueueWorkerModule>("queue-worker");
  return queueWorker(url, options);
}

/** @throws {UserError} for what is no address of a queue. */
export function checkQueueUrl(url: string): void {
  if (/^(rediss?|postgres(ql)?):\/\/./.test(url)) return;
  throw new UserError("--queue: it must be redis://host:port, rediss://… or postgres://user@host/database");
}

interface QueueEngineModule {
  readonly queueEngine: (url: string, options: EngineOptions) => Promise<Engine>;
}
interface QueueWorkerModule {
  readonly queueWorker: (url: string, options: EngineOptions) => Promise<EngineWorker>;
}

/** Loads a module of the engine on servers, from sources or from a build. */
function queueModule<T>(name: string): Promise<T> {
  const ending = import.meta.url.endsWith(".ts") ? "ts" : "js";
  return import(new URL(`./bullmq/${name}.${ending}`, import.meta.url).href) as Promise<T>;
}
