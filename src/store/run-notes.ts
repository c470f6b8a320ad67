import type { DuckDBConnection } from "@duckdb/node-api";
import { UserError } from "../core/errors.ts";
import { quoted } from "./quoted.ts";

/** Note and tags that somebody gives a run. */
export interface RunNotes {
  /** Any text; empty where there is none. */
  readonly note: string;
  /** Words to find it by, in alphabetical order, each once. */
  readonly tags: readonly string[];
}

/** Most characters of a note. */
const MOST_TEXT = 10_000;
/** Most tags of one run. */
const MOST_TAGS = 20;
const TAG = /^[\p{L}\p{N}][\p{L}\p{N}._:/+-]{0,39}$/u;

/**
 * Checks what is to be said of a run, and puts tags in order.
 *
 * @throws {UserError} for a note that is too long, tags that are no words, or too many.
 */
export function checkNotes({ note, tags }: Partial<RunNotes>): Partial<RunNotes> {
  if (note !== undefined && note.length > MOST_TEXT) {
    throw new UserError(`a note has at most ${MOST_TEXT} characters; this one has ${note.length}`);
  }
  const ordered = tags && [...new Set(tags)].sort();
  const bad = ordered?.find((tag) => !TAG.test(tag));
  if (bad !== undefined) {
    throw new UserError(
      `${JSON.stringify(bad.slice(0, 50))} is not a tag: up to 40 letters, digits and, after the first, . _ : / + -`,
    );
  }
  if (ordered && ordered.length > MOST_TAGS) throw new UserError(`a run has at most ${MOST_TAGS} tags`);
  return { ...(note !== undefined && { note: note.trim() }), ...(ordered && { tags: ordered }) };
}

/**
 * Sets note or tags of a run, or both; what is absent stays. Returns both as they are then.
 *
 * @throws {UserError} when there is no such run, or `checkNotes` refuses.
 */
export async function updateNotes(
  connection: DuckDBConnection,
  runId: string,
  change: Partial<RunNotes>,
): Promise<RunNotes> {
  const { note, tags } = checkNotes(change);
  const changes = [
    ...(note === undefined ? [] : [`note = nullif(${quoted(note)}, '')`]),
    ...(tags === undefined ? [] : [`tags = ${tags.length === 0 ? "NULL" : `[${tags.map(quoted).join(", ")}]`}`]),
  ];
  if (changes.length > 0) await connection.run(`UPDATE run SET ${changes.join(", ")} WHERE run_id = $1`, [runId]);
  const found = await connection.runAndReadAll(
    "SELECT coalesce(note, ''), to_json(coalesce(tags, []))::VARCHAR FROM run WHERE run_id = $1",
    [runId],
  );
  const [row] = found.getRowsJS() as [string, string][];
  if (row === undefined) throw new UserError(`store: there is no run ${runId}`);
  return { note: row[0], tags: JSON.parse(row[1]) as string[] };
}
