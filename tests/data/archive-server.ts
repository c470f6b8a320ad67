import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { create } from "tar";

/** A tiny archive in the form of CIFAR-10's: two training records, one test record, one page of noise to give it bulk. */
export async function makeArchive(scratch: string): Promise<{ bytes: Buffer; md5: string }> {
  const folder = join(scratch, "cifar-10-batches-bin");
  mkdirSync(folder, { recursive: true });
  const noise = Buffer.from(Array.from({ length: 3072 }, (_, i) => Math.imul(i + 1, 2654435761) >>> 24));
  writeFileSync(join(folder, "data_batch_1.bin"), Buffer.concat([Buffer.from([1]), noise, Buffer.from([2]), noise]));
  writeFileSync(join(folder, "test_batch.bin"), Buffer.concat([Buffer.from([3]), noise]));
  writeFileSync(join(folder, "readme.html"), "<p>readme</p>");
  const file = join(scratch, "made.tar.gz");
  await create({ file, cwd: scratch, gzip: true }, ["cifar-10-batches-bin"]);
  const bytes = readFileSync(file);
  return { bytes, md5: createHash("md5").update(bytes).digest("hex") };
}

export interface ArchiveServer {
  readonly url: string;
  /** The Range header of each request so far, undefined where there was none. */
  readonly ranges: (string | undefined)[];
  close(): Promise<void>;
}

export interface Behaviour {
  readonly ranges?: boolean;
  readonly status?: number;
  /** The first so many answers break off half way through what they should send. */
  readonly breaks?: number;
  /** Breaking off, never send anything past this byte. */
  readonly stuckAt?: number;
  /** Send this in place of the start that was asked for. */
  readonly wrongStart?: number;
}

/** Serves `bytes` on 127.0.0.1, with or without ranges, breaking off when told. */
export async function serveArchive(bytes: Buffer, behaviour: Behaviour = {}): Promise<ArchiveServer> {
  const ranges: (string | undefined)[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    ranges.push(request.headers.range);
    if (behaviour.status) return void response.writeHead(behaviour.status).end("no");
    const asked = behaviour.ranges === false ? undefined : /^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1];
    let start = Number(asked ?? 0);
    if (start >= bytes.length) return void response.writeHead(416, { "content-range": `bytes */${bytes.length}` }).end();
    if (asked !== undefined) start = behaviour.wrongStart ?? start;
    const rest = bytes.subarray(start);
    const range = { "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}` };
    response.writeHead(asked === undefined ? 200 : 206, { "content-length": rest.length, ...(asked === undefined ? {} : range) });
    if (ranges.length > (behaviour.breaks ?? 0)) return void response.end(rest);
    const some = behaviour.stuckAt === undefined ? Math.ceil(rest.length / 2) : Math.max(0, behaviour.stuckAt - start);
    response.flushHeaders();
    response.write(rest.subarray(0, some));
    setTimeout(() => response.destroy(), 50);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/cifar-10-binary.tar.gz`, ranges, close };
}
