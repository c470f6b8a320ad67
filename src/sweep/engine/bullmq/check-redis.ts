import type { RedisOptions } from "ioredis";
import { UserError } from "../../../core/errors.ts";
import { oneLine } from "../../../core/one-line.ts";
import { isOutage } from "./is-outage.ts";
import { ioredis } from "./packages.ts";
import type { QueueAddress } from "./queue-address.ts";

const CONNECT: RedisOptions = {
  lazyConnect: true,
  maxRetriesPerRequest: 0,
  retryStrategy: () => null,
  connectTimeout: 10_000,
};

/**
 * Looks at a Redis server before trials are trusted to it; `tell` takes a warning.
 *
 * @throws {UserError} for one that throws entries away when its memory is full, or that lets nobody in.
 */
export async function checkRedis({ url, shown }: QueueAddress, tell: (message: string) => void): Promise<void> {
  const Redis = await ioredis();
  const client = new Redis(url, CONNECT);
  // The reason comes with this event; `connect` only says that it was closed.
  let cause: Error | undefined;
  client.on("error", (error: Error) => (cause ??= error));
  let info: string;
  try {
    await client.connect();
    info = await client.info();
  } catch (error) {
    const why = cause ?? error;
    if (isOutage(why)) throw why;
    throw new UserError(`queue: ${shown}: ${oneLine(why)}`);
  } finally {
    client.disconnect();
  }
  const policy = field(info, "maxmemory_policy");
  if (policy !== undefined && policy !== "noeviction")
    throw new UserError(
      `queue: ${shown} throws trials away when its memory is full (maxmemory-policy ${policy}); ` +
        "set maxmemory-policy noeviction",
    );
  if (field(info, "aof_enabled") === "0")
    tell(
      `queue: ${shown} writes no log (appendonly no): when it crashes, trials are handed out anew; set appendonly yes`,
    );
}

function field(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1];
}
