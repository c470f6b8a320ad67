import { createHash } from "node:crypto";
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { UserError } from "../../core/errors.ts";
import { SCHEMA_VERSION } from "../schema.ts";

const FORMAT = "gradstream archive";

/** Names of files that archives have. */
export const FILE_NAME = /^[\w-]+\.(parquet|csv|jsonl)$/;

const manifestShape = z.object({
  format: z.literal(FORMAT),
  /** Version of the store's schema that the tables have. */
  schema: z.number().int().positive(),
  /** When it was written, ISO 8601. */
  written: z.string(),
  /** The machine that wrote it. */
  machine: z.string(),
  /** What trained and wrote it, by name. */
  versions: z.record(z.string(), z.string()),
  files: z.record(
    z.string().regex(FILE_NAME),
    z.object({
      table: z.string().regex(/^[a-z]\w*$/),
      rows: z.number().int().nonnegative(),
      bytes: z.number().int().nonnegative(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});

/** What an archive says of itself, in `manifest.json`. */
export type Manifest = Readonly<z.infer<typeof manifestShape>>;

/** Name of an archive's manifest. */
export const MANIFEST = "manifest.json";

/** Describes an archive of this version of the schema. */
export const manifestOf = (about: Pick<Manifest, "machine" | "versions" | "files">, written: Date): Manifest => ({
  format: FORMAT,
  schema: SCHEMA_VERSION,
  written: written.toISOString(),
  ...about,
});

/** Returns the manifest of a folder, whole or not, if it says that it is an archive's. */
export function manifestIn(folder: string): { readonly files?: Readonly<Record<string, unknown>> } | undefined {
  try {
    const json = JSON.parse(readFileSync(join(folder, MANIFEST), "utf8")) as {
      readonly format?: unknown;
      readonly files?: Readonly<Record<string, unknown>>;
    };
    return json.format === FORMAT ? json : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reads what an archive says of itself. Messages name it by `name`, as it was asked for.
 *
 * @throws {UserError} when there is no manifest, it cannot be read, or a newer gradstream wrote it.
 */
export function readManifest(folder: string, name = folder): Manifest {
  if (!existsSync(folder)) throw new UserError(`${name} does not exist; name the folder of an archive`);
  if (!statSync(folder).isDirectory()) throw new UserError(`${name} is not a folder; name that of an archive`);
  if (!existsSync(join(folder, MANIFEST))) {
    throw new UserError(`${name} is a folder without ${MANIFEST}: neither a store nor an archive of one`);
  }
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(join(folder, MANIFEST), "utf8"));
  } catch {
    throw new UserError(`${join(name, MANIFEST)} cannot be read as JSON; fetch the archive again`);
  }
  const parsed = manifestShape.safeParse(json);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw new UserError(`${join(name, MANIFEST)}: ${[...path, message].join(": ")}; fetch the archive again`);
  }
  if (parsed.data.schema > SCHEMA_VERSION) {
    throw new UserError(
      `${name} has schema version ${parsed.data.schema}, this gradstream knows up to ${SCHEMA_VERSION}: ` +
        "update gradstream",
    );
  }
  if (!Object.values(parsed.data.files).some(({ table }) => table === "run")) {
    throw new UserError(`${join(name, MANIFEST)} names no file of runs; fetch the archive again`);
  }
  return parsed.data;
}

/**
 * Reads an archive's manifest and compares every file with its hash: whether it can be loaded whole.
 *
 * @throws {UserError} as `readManifest` and `verifyFiles` do.
 */
export async function verifyArchive(folder: string, name = folder): Promise<Manifest> {
  const manifest = readManifest(folder, name);
  await verifyFiles(folder, manifest, name);
  return manifest;
}

/**
 * Compares every file of an archive with its hash. Reads each once.
 *
 * @throws {UserError} naming the first file that is missing or not as it was written.
 */
async function verifyFiles(folder: string, { files }: Manifest, archive: string): Promise<void> {
  for (const [name, { sha256 }] of Object.entries(files)) {
    const path = join(folder, name);
    const found = await sha256Of(path).catch(() => undefined);
    const named = join(archive, name);
    if (found === undefined) throw new UserError(`${named} is missing or cannot be read; fetch the archive again`);
    if (found !== sha256) throw new UserError(`${named} is not as it was written; fetch the archive again`);
  }
}

/** Hashes a file, in hexadecimal. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
