import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { Transform } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { openPromise, type Entry, type ZipFile } from "yauzl";
import { oneLine } from "../core/one-line.ts";
import {
  parseRecord,
  parseWheelName,
  platformsOf,
  requirePlatform,
  type Machine,
  type RecordEntry,
} from "./wheel-format.ts";

/** The file is cut off, or not what its own list of contents says. */
export class BrokenWheel extends Error {
  readonly path: string;
  constructor(path: string, reason: string) {
    super(`${path} is damaged (${reason})`);
    this.path = path;
  }
}

interface UnpackOptions {
  readonly signal: AbortSignal;
  /** Bytes written and bytes to write. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** A Python wheel, open for reading. Every file taken out is checked against the wheel's RECORD. */
export class Wheel {
  readonly path: string;
  readonly version: string;
  readonly #zip: ZipFile;
  readonly #entries: ReadonlyMap<string, Entry>;
  #record: ReadonlyMap<string, RecordEntry> = new Map();

  private constructor(path: string, zip: ZipFile, entries: ReadonlyMap<string, Entry>) {
    this.path = path;
    this.version = parseWheelName(path).version;
    this.#zip = zip;
    this.#entries = entries;
  }

  /**
   * Opens a wheel. @throws {UserError} when it is for another platform.
   * @throws {BrokenWheel} if it cannot be read.
   */
  static async open(path: string, machine: Machine): Promise<Wheel> {
    requirePlatform(path, parseWheelName(path).platforms, machine);
    const wheel = await reading(path, async () => {
      const zip = await openPromise(path, { lazyEntries: true, autoClose: false });
      const entries = new Map<string, Entry>();
      for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
      return new Wheel(path, zip, entries);
    });
    try {
      wheel.#record = parseRecord(await wheel.#text("RECORD"));
      requirePlatform(path, platformsOf(await wheel.info("WHEEL")), machine);
      return wheel;
    } catch (error) {
      wheel.close();
      throw error;
    }
  }

  close(): void {
    this.#zip.close();
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** Reads a file of the wheel's `.dist-info` folder. */
  async info(name: "WHEEL" | "METADATA"): Promise<string> {
    const text = await this.#text(name);
    const hash = createHash("sha256").update(text).digest("base64url");
    this.#check(this.#infoPath(name), hash, Buffer.byteLength(text));
    return text;
  }

  /** Writes each file to the path that `place` gives for its name; undefined leaves it out. */
  async unpack(place: (name: string) => string | undefined, { signal, onProgress }: UnpackOptions): Promise<void> {
    const chosen = [...this.#entries].flatMap(([name, entry]) => {
      const path = name.endsWith("/") ? undefined : place(name);
      return path === undefined ? [] : [{ entry, path }];
    });
    const total = chosen.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0);
    let done = 0;
    for (const { entry, path } of chosen) {
      await this.#write(entry, path, signal, (bytes) => onProgress?.((done += bytes), total));
    }
  }

  async #write(entry: Entry, path: string, signal: AbortSignal, onBytes: (bytes: number) => void): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    const hash = createHash("sha256");
    let size = 0;
    const watch = new Transform({
      transform(chunk: Buffer, _, next) {
        hash.update(chunk);
        size += chunk.length;
        onBytes(chunk.length);
        next(null, chunk);
      },
    });
    await reading(this.path, async () => {
      const source = await this.#zip.openReadStreamPromise(entry);
      await pipeline(source, watch, createWriteStream(path), { signal });
    });
    this.#check(entry.fileName, hash.digest("base64url"), size);
  }

  #infoPath(name: string): string {
    const path = [...this.#entries.keys()].find(
      (key) => /^[^/]+\.dist-info\/[^/]+$/.test(key) && key.endsWith(`/${name}`),
    );
    if (path === undefined) throw new BrokenWheel(this.path, `it has no ${name}`);
    return path;
  }

  async #text(name: string): Promise<string> {
    const entry = this.#entries.get(this.#infoPath(name))!;
    return reading(this.path, async () =>
      (await buffer(await this.#zip.openReadStreamPromise(entry))).toString("utf8"),
    );
  }

  #check(name: string, sha256: string, size: number): void {
    const recorded = this.#record.get(name);
    if (recorded?.sha256 === sha256 && recorded.size === size) return;
    throw new BrokenWheel(this.path, recorded ? `${name} differs from RECORD` : `${name} is not in RECORD`);
  }
}

/** Errors of the file system and aborts pass; any other is the wheel's. */
async function reading<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code = "", name } = error as NodeJS.ErrnoException;
    if (name === "AbortError" || /^E[A-Z]+$/.test(code)) throw error;
    throw new BrokenWheel(path, oneLine(error));
  }
}
