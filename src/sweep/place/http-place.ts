import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { UserError } from "../../core/errors.ts";
import { oneLine } from "../../core/one-line.ts";
import type { ResultPlace } from "./result-place.ts";

/** How long a coordinator may be away before its worker gives an attempt up. */
const PATIENCE_MS = 120_000;
const BETWEEN_MS = 500;

/** Sum of a file, as it goes with it. */
export const CHECKSUM = "x-sha256";

/** An answer that has come whole. */
interface Answer {
  readonly status: number;
  readonly statusText: string;
  readonly ok: boolean;
  readonly bytes: Buffer;
}

/** Waits for what follows the head of an answer: it may be cut there too. */
async function whole(response: Response): Promise<Answer> {
  const { status, statusText, ok } = response;
  return { status, statusText, ok, bytes: Buffer.from(await response.arrayBuffer()) };
}

/**
 * Makes a place of the folder that `servePlace` serves at a URL. What cannot be sent is sent again, for two minutes: what
 * is created twice with the same content counts as created once.
 */
export function httpPlace(url: string, token: string, patienceMs = PATIENCE_MS): ResultPlace {
  const ask = async (method: string, path: string, query = "", body?: Uint8Array): Promise<Answer> => {
    const target = `${url.replace(/\/$/, "")}/${path.split("/").map(encodeURIComponent).join("/")}${query}`;
    const headers: Record<string, string> = { authorization: `Bearer ${token}` };
    if (body) headers[CHECKSUM] = createHash("sha256").update(body).digest("hex");
    for (const until = performance.now() + patienceMs; ; await delay(BETWEEN_MS)) {
      try {
        const answer = await whole(await fetch(target, { method, headers, ...(body && { body: body as BodyInit }) }));
        if (answer.status < 500 && answer.status !== 422) return answer;
        if (performance.now() > until)
          throw new UserError(`sweep: ${url} answers ${answer.status} to ${method} ${path}`);
      } catch (error) {
        if (error instanceof UserError) throw error;
        if (performance.now() > until) throw new UserError(`sweep: ${url} is out of reach: ${reason(error)}`);
      }
    }
  };
  const refuse = (answer: Answer): never => {
    throw new UserError(`sweep: ${url} refuses: ${answer.status} ${answer.statusText}`);
  };
  return {
    async list(folder) {
      const answer = await ask("GET", folder, "?list");
      return answer.ok ? (JSON.parse(answer.bytes.toString()) as string[]) : refuse(answer);
    },
    async read(path) {
      const answer = await ask("GET", path);
      if (answer.status === 404) return undefined;
      return answer.ok ? answer.bytes : refuse(answer);
    },
    async create(path, bytes) {
      const answer = await ask("PUT", path, "", bytes);
      return answer.status === 409 ? false : answer.ok || refuse(answer);
    },
    async remove(path) {
      const answer = await ask("DELETE", path);
      if (!answer.ok) refuse(answer);
    },
  };
}

/** The cause that `fetch` hides. */
function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return oneLine(cause);
}
