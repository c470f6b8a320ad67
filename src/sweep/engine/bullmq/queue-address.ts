import { UserError } from "../../../core/errors.ts";

/** Where a queue lives. */
export interface QueueAddress {
  readonly kind: "redis" | "postgres";
  /** The URL as it was given, password and all: never shown. */
  readonly url: string;
  /** The same for messages, without user and password: `redis://host:6379/0`. */
  readonly shown: string;
}

const KINDS: Readonly<Record<string, QueueAddress["kind"]>> = {
  "redis:": "redis",
  "rediss:": "redis",
  "postgres:": "postgres",
  "postgresql:": "postgres",
};

/**
 * Reads the address of a queue server.
 *
 * @throws {UserError} for what is none.
 */
export function queueAddress(url: string): QueueAddress {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const kind = parsed && parsed.host + parsed.pathname !== "" && KINDS[parsed.protocol];
  if (!kind) throw new UserError("--queue: it must be redis://host:port, rediss://… or postgres://user@host/database");
  return { kind, url, shown: `${parsed.protocol}//${parsed.host}${parsed.pathname}` };
}
