import { UserError } from "../../../core/errors.ts";
import { oneLine } from "../../../core/one-line.ts";
import { isOutage } from "./is-outage.ts";
import { pg } from "./packages.ts";
import type { QueueAddress } from "./queue-address.ts";

const MOST_SKEW_MS = 5000;
const OLDEST = 13;

/**
 * Looks at a PostgreSQL server before trials are trusted to it. The ends of leases are times of the workers' clocks, so
 * those must agree: `now` is this machine's, in milliseconds.
 *
 * @throws {UserError} for clocks that differ by more than 5 s, a server that is too old, or that lets nobody in.
 */
export async function checkPostgres({ url, shown }: QueueAddress, now: () => number = Date.now): Promise<void> {
  const Client = await pg();
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000, query_timeout: 10_000 });
  client.on("error", () => undefined);
  let skew: number;
  let version: number;
  try {
    await client.connect();
    const asked = now();
    const { rows } = await client.query<{ at: number; version: number }>(
      "SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS at, current_setting('server_version_num')::int AS version",
    );
    const answered = now();
    const { at, version: number } = rows[0]!;
    skew = at < asked ? asked - at : Math.max(0, at - answered);
    version = Math.floor(number / 10_000);
  } catch (error) {
    if (isOutage(error)) throw error;
    throw new UserError(`queue: ${shown}: ${oneLine(error)}`);
  } finally {
    await client.end().catch(() => undefined);
  }
  if (version < OLDEST) throw new UserError(`queue: ${shown} is PostgreSQL ${version}; it must be ${OLDEST} or newer`);
  if (skew > MOST_SKEW_MS)
    throw new UserError(
      `queue: the clock of this machine and that of ${shown} differ by ${Math.round(skew / 1000)} s, and leases are ` +
        "counted by both; set the clocks",
    );
}
