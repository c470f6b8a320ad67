import type { Queue, QueueEvents, Worker, WorkerOptions } from "bullmq";
import { checkPostgres } from "./check-postgres.ts";
import { checkRedis } from "./check-redis.ts";
import { bullmq, ioredis, pg } from "./packages.ts";
import { queueAddress, type QueueAddress } from "./queue-address.ts";
import { QUEUE_TIMES, type QueueOptions, type QueueTimes } from "./queue-options.ts";
import { queueNameOf } from "./job-id.ts";
import { Reach } from "./reach.ts";

/** BullMQ's parts on one server, for the queue of one sweep. */
export interface QueueConnection {
  readonly reach: Reach;
  readonly times: QueueTimes;
  readonly queue: () => Queue;
  readonly worker: () => Worker;
  readonly events: () => QueueEvents;
}

/** The tables of PostgreSQL are in a schema of their own, whatever else uses BullMQ there. */
export const POSTGRES_SCHEMA = "gradstream";

/**
 * Connects to a queue server, once it has passed a check.
 *
 * @throws {UserError} for a server that must not be trusted with trials, or packages that are missing.
 * @throws {UnreachableQueue} for one that does not answer.
 */
export async function connectQueue(url: string, options: QueueOptions): Promise<QueueConnection> {
  const { sweepId, tell = (message) => void process.stderr.write(`${message}\n`), ...given } = options;
  const address = queueAddress(url);
  const times: QueueTimes = { ...QUEUE_TIMES, ...given };
  const reach = new Reach(address.shown, tell);
  const Client = address.kind === "postgres" ? heardClient(await pg(), reach.noted) : undefined;
  if (address.kind === "redis") await ioredis();
  const { Queue, QueueEvents, Worker, createPostgresBackend } = await bullmq(address.kind);
  await reach.ask(
    () => (address.kind === "redis" ? checkRedis(address, tell) : checkPostgres(address)),
    times.connectMs,
  );

  const name = queueNameOf(sweepId);
  const common = { connection: connectionOf(address, Client) };
  const leases = {
    autorun: false,
    concurrency: 1,
    lockDuration: times.leaseMs,
    lockRenewTime: times.renewMs,
    stalledInterval: times.lookMs,
    // A machine may be taken away any number of times; failures are counted by those who claim.
    maxStalledCount: 1000,
  } satisfies Partial<WorkerOptions>;
  const heard = <T extends Queue | QueueEvents | Worker>(part: T): T => {
    (part as Worker).on("error", reach.noted);
    return part;
  };
  // Of what is shared by the kinds of servers nothing depends on the kind: BullMQ's types say which they are of.
  const factory = (address.kind === "postgres" ? createPostgresBackend : undefined) as undefined;
  return {
    reach,
    times,
    queue: () => heard(new Queue(name, common, factory)),
    events: () => heard(new QueueEvents(name, common, factory)),
    worker: () => heard(new Worker(name, null, { ...common, ...leases }, factory)),
  };
}

/**
 * Makes a class of connections each of which is heard from its first moment: one of a pool that fails while it is lent, and asks
 * nothing just then, would end the process.
 */
function heardClient(Client: Awaited<ReturnType<typeof pg>>, noted: (error: unknown) => void) {
  return class extends Client {
    constructor(config?: ConstructorParameters<typeof Client>[0]) {
      super(config);
      this.on("error", noted);
    }
  };
}

function connectionOf({ kind, url }: QueueAddress, Client: ReturnType<typeof heardClient> | undefined): object {
  if (kind === "redis")
    return {
      url,
      maxRetriesPerRequest: null,
      keepAlive: 10_000,
      retryStrategy: (times: number) => Math.min(times * 200, 2000),
    };
  return {
    connectionString: url,
    Client,
    schema: POSTGRES_SCHEMA,
    migrate: true,
    // Besides the one that listens: PostgreSQL lets 100 connections in.
    max: 1,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    query_timeout: 20_000,
  };
}
