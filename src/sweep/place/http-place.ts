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

/**
 * Makes a place of the folder that `servePlace` serves at a URL. What cannot be sent is sent again, for two minutes: what
 * is created twice with the same content counts as created once.
 */
export function httpPlace(url: string, token: string, patienceMs = PATIENCE_MS): ResultPlace {
  const ask = async (method: string, path: string, query = "", body?: Uint8Array): Promise<Response> => {
    const target = `${url.replace(/\/$/, "")}/${path.split("/").map(encodeURIComponent).join("/")}${query}`;
    const headers: Record<string, string> = { authorization: `Bearer ${token}` };
    if (body) headers[CHECKSUM] = createHash("sha256").update(body).digest("hex");
    for (const until = performance.now() + patienceMs; ; await delay(BETWEEN_MS)) {
      try {
        const answer = await fetch(target, { method, headers, ...(body && { body: body as BodyInit }) });
        if (answer.status < 500 && answer.status !== 422) return answer;
        if (performance.now() > until)
          throw new UserError(`sweep: ${url} answers ${answer.status} to ${method} ${path}`);
      } catch (error) {
        if (error instanceof UserError) throw error;
        if (performance.now() > until) throw new UserError(`sweep: ${url} is out of reach: ${reason(error)}`);
      }
    }
  };
  const refuse = (answer: Response): never => {
    throw new UserError(`sweep: ${url} refuses: ${answer.status} ${answer.statusText}`);
  };
  return {
    async list(folder) {
      const answer = await ask("GET", folder, "?list");
      return answer.ok ? ((await answer.json()) as string[]) : refuse(answer);
    },
    async read(path) {
      const answer = await ask("GET", path);
      if (answer.status === 404) return undefined;
      return answer.ok ? Buffer.from(await answer.arrayBuffer()) : refuse(answer);
    },
    async create(path, bytes) {
      const answer = await ask("PUT", path, "", bytes);
      await answer.arrayBuffer();
      return answer.status === 409 ? false : answer.ok || refuse(answer);
    },
    async remove(path) {
      const answer = await ask("DELETE", path);
      await answer.arrayBuffer();
      if (!answer.ok) refuse(answer);
    },
  };
}

/** The cause that `fetch` hides. */
function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return oneLine(cause);
}
