import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { storeFile } from "../../store/place.ts";
import { isRunning, startTimeOf } from "../process/start-time.ts";

/** Where the process that writes to a store listens, for other processes of the same user. */
export interface Endpoint {
  readonly pid: number;
  /** When that process began, as `startTimeOf` has it. */
  readonly startTime?: string | undefined;
  /** On this machine's loopback. */
  readonly port: number;
  /** What a caller must bring. */
  readonly token: string;
  /** Address of its live page. */
  readonly page?: string | undefined;
}

const endpoint = z.object({
  pid: z.int().positive(),
  startTime: z.string().optional(),
  port: z.int().min(1).max(65535),
  token: z.string(),
  page: z.string().optional(),
});

const fileOf = (store: string): string => `${storeFile(store)}.endpoint`;

/** Writes down, for this user alone, where this process listens. @throws {Error} of the system where it cannot. */
export function noteEndpoint(store: string, noted: Omit<Endpoint, "pid" | "startTime">): void {
  const file = fileOf(store);
  const { pid } = process;
  const text = JSON.stringify({ pid, startTime: startTimeOf(pid), ...noted });
  writeFileSync(`${file}.${pid}`, text, { mode: 0o600 });
  renameSync(`${file}.${pid}`, file);
}

/** Removes what `noteEndpoint` wrote with this token; returns false, and leaves it, where another process has noted another. */
export function forgetEndpoint(store: string, token: string): boolean {
  const noted = notedAt(store);
  if (noted && noted.token !== token) return false;
  rmSync(fileOf(store), { force: true });
  return true;
}

function notedAt(store: string): Endpoint | undefined {
  try {
    return endpoint.parse(JSON.parse(readFileSync(fileOf(store), "utf8")));
  } catch {
    return undefined;
  }
}

/** Returns where the process that writes to a store listens; undefined where none does, or where it is no more. */
export function endpointOf(store: string): Endpoint | undefined {
  const found = notedAt(store);
  return found && isRunning(found.pid, found.startTime) ? found : undefined;
}
