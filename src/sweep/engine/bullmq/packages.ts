import { UserError } from "../../../core/errors.ts";
import type { QueueAddress } from "./queue-address.ts";

/** What must be installed beside gradstream for a queue of each kind. */
const DRIVERS = { redis: "ioredis", postgres: "pg" } as const satisfies Record<QueueAddress["kind"], string>;

/** Loads BullMQ, which is an optional package, as the driver of each kind of server is. */
export function bullmq(kind: QueueAddress["kind"]): Promise<typeof import("bullmq")> {
  return loaded(() => import("bullmq"), kind);
}

/** Loads the class of connections to Redis. */
export async function ioredis(): Promise<typeof import("ioredis").Redis> {
  return (await loaded(() => import("ioredis"), "redis")).Redis;
}

/** Loads the class of connections to PostgreSQL. */
export async function pg(): Promise<typeof import("pg").Client> {
  return (await loaded(() => import("pg"), "postgres")).default.Client;
}

async function loaded<T>(load: () => Promise<T>, kind: QueueAddress["kind"]): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new UserError(`queue: ${kind} needs packages that are not installed: npm install bullmq ${DRIVERS[kind]}`);
  }
}
