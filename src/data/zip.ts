import { crc32, inflateRawSync } from "node:zlib";
import { UserError } from "../core/errors.ts";

const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50];
const [STORED, DEFLATED] = [0, 8];
/** Of the end record without a comment, and of a comment at most. */
const [END_SIZE, LONGEST_COMMENT] = [22, 0xffff];

/** A file in an archive. */
interface ZipEntry {
  readonly name: string;
  readonly bytes: () => Uint8Array;
}

/**
 * Lists the files of a ZIP archive, as `.npz` files are: stored or deflated, below 4 GB. A file is unpacked and its checksum
 * compared when it is asked for.
 *
 * @throws {UserError} naming the archive when it is none, or damaged.
 */
export function zipEntries(bytes: Uint8Array, name: string): readonly ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const least = Math.max(0, bytes.length - END_SIZE - LONGEST_COMMENT);
  let end = bytes.length - END_SIZE;
  while (end >= least && view.getUint32(end, true) !== END) end--;
  if (end < least) throw new UserError(`${name}: has no list of files at its end; is it cut off?`);
  const count = view.getUint16(end + 10, true);
  const entries: ZipEntry[] = [];
  let at = view.getUint32(end + 16, true);
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== CENTRAL) throw new UserError(`${name}: its list of files is damaged`);
    const [nameSize, extraSize, commentSize] = [28, 30, 32].map((field) => view.getUint16(at + field, true)) as [
      number,
      number,
      number,
    ];
    const file = Buffer.from(bytes.subarray(at + 46, at + 46 + nameSize)).toString("utf8");
    const place: Packed = {
      name: `${name}, ${file}`,
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      size: view.getUint32(at + 20, true),
      unpacked: view.getUint32(at + 24, true),
      local: view.getUint32(at + 42, true),
    };
    entries.push({ name: file, bytes: () => unpack(bytes, place) });
    at += 46 + nameSize + extraSize + commentSize;
  }
  return entries;
}

/** Where a file of an archive is, and what it must become. */
interface Packed {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly size: number;
  readonly unpacked: number;
  readonly local: number;
}

function unpack(archive: Uint8Array, { name, method, crc, size, unpacked, local }: Packed): Uint8Array {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.length);
  const damaged = () => new UserError(`${name}: is damaged`);
  if (local + 30 > archive.length || view.getUint32(local, true) !== LOCAL) throw damaged();
  const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  const packed = archive.subarray(start, start + size);
  if (method !== STORED && method !== DEFLATED) throw new UserError(`${name}: is packed in a way that is not known (${method})`);
  let bytes: Uint8Array;
  try {
    bytes = method === STORED ? packed : inflateRawSync(packed, { maxOutputLength: unpacked + 1 });
  } catch {
    throw damaged();
  }
  if (bytes.length !== unpacked || crc32(bytes) !== crc) throw damaged();
  return bytes;
}
