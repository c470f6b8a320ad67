import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { UserError } from "../../core/errors.ts";

const ATTEMPTS = 20;

/**
 * Listens on `port` or, where that is taken, on the next free one of twenty, else on any. Returns the port.
 *
 * @throws {UserError} when the address cannot be listened on, or has no free port.
 */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  const candidates = port === 0 ? [0] : Array.from({ length: ATTEMPTS }, (_, i) => port + i).filter((p) => p <= 65_535);
  for (const candidate of [...candidates, 0]) {
    try {
      server.listen(candidate, host);
      await once(server, "listening");
      return (server.address() as AddressInfo).port;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== "EADDRINUSE") throw new UserError(`feed: cannot listen on ${host}:${candidate}: ${message}`);
    }
  }
  throw new UserError(`feed: no free port on ${host}`);
}
