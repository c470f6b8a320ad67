import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import { downloadCifar10, type DownloadProgress } from "../../src/data/download.ts";
import { itUnless } from "../fixtures/unless.ts";
import { mountSmallDisk, NO_SMALL_DISK } from "../fixtures/small-disk.ts";
import { makeArchive, serveArchive, type ArchiveServer, type Behaviour } from "../fixtures/archive-server.ts";

let scratch: string;
let archive: { bytes: Buffer; md5: string };
let dir: string;
let server: ArchiveServer | undefined;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), "gradstream-archive-"));
  archive = await makeArchive(scratch);
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
beforeEach(() => {
  dir = join(mkdtempSync(join(tmpdir(), "gradstream-download-")), "data");
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(join(dir, ".."), { recursive: true, force: true });
});

const part = () => join(dir, "cifar-10-binary.tar.gz.part");

async function fetchFrom(behaviour: Behaviour = {}, options: Partial<Parameters<typeof downloadCifar10>[0]> = {}) {
  server = await serveArchive(archive.bytes, behaviour);
  return downloadCifar10({ dir, url: server.url, md5: archive.md5, pause: 1, ...options });
}

async function failure(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).message).not.toContain("\n");
  return (error as UserError).message;
}

function leaveBehind(bytes: Buffer): void {
  mkdirSync(dir, { recursive: true });
  writeFileSync(part(), bytes);
}

function expectComplete(): void {
  expect(readdirSync(dir)).toEqual(["cifar-10-batches-bin"]);
  expect(readdirSync(join(dir, "cifar-10-batches-bin"))).toEqual(["data_batch_1.bin", "readme.html", "test_batch.bin"]);
}

describe("downloadCifar10", () => {
  it("downloads, checks, unpacks and leaves only the files", async () => {
    const seen: DownloadProgress[] = [];
    const result = await fetchFrom({}, { onProgress: (now) => seen.push(now) });
    expect(result).toMatchObject({ fetched: true, files: { test: { records: 1 } } });
    expect(result.files.train.map((file) => file.records)).toEqual([2]);
    expectComplete();
    expect([...new Set(seen.map((now) => now.stage))]).toEqual(["download", "check", "unpack"]);
    expect(seen.at(-1)).toMatchObject({ received: archive.bytes.length, total: archive.bytes.length });
  });

  it("asks nobody when the files are there", async () => {
    await fetchFrom();
    const again = await downloadCifar10({ dir, url: "http://127.0.0.1:1/", md5: archive.md5 });
    expect(again).toMatchObject({ fetched: false, files: { dir: join(dir, "cifar-10-batches-bin") } });
  });

  it("goes on by itself when the connection breaks off", async () => {
    await fetchFrom({ breaks: 2 });
    expectComplete();
    const half = Math.ceil(archive.bytes.length / 2);
    expect(server!.ranges.slice(0, 2)).toEqual([undefined, `bytes=${half}-`]);
    expect(server!.ranges.length).toBe(3);
  });

  it("goes on where an earlier run stopped", async () => {
    leaveBehind(archive.bytes.subarray(0, 1000));
    await fetchFrom();
    expect(server!.ranges).toEqual(["bytes=1000-"]);
    expectComplete();
  });

  it("starts over at a server without ranges", async () => {
    leaveBehind(archive.bytes.subarray(0, 1000));
    await fetchFrom({ ranges: false });
    expect(server!.ranges).toEqual(["bytes=1000-"]);
    expectComplete();
  });

  it("starts over when the server sends another part than asked for", async () => {
    leaveBehind(archive.bytes.subarray(0, 1000));
    await fetchFrom({ wrongStart: 10 });
    expect(server!.ranges).toEqual(["bytes=1000-", undefined]);
    expectComplete();
  });

  it("takes a part that is whole, and replaces one that is too long", async () => {
    leaveBehind(archive.bytes);
    await fetchFrom();
    expect(server!.ranges).toEqual([`bytes=${archive.bytes.length}-`]);
    expectComplete();
    await server!.close();
    rmSync(dir, { recursive: true });
    leaveBehind(Buffer.concat([archive.bytes, Buffer.alloc(10)]));
    await fetchFrom();
    expect(server!.ranges.length).toBe(2);
    expectComplete();
  });

  it("unpacks an archive that an interrupted run had checked", async () => {
    mkdirSync(join(dir, ".cifar-10-unpacking", "old"), { recursive: true });
    writeFileSync(join(dir, "cifar-10-binary.tar.gz"), archive.bytes);
    await downloadCifar10({ dir, url: "http://127.0.0.1:1/", md5: archive.md5 });
    expectComplete();
  });

  it("repairs a folder that is damaged", async () => {
    mkdirSync(join(dir, "cifar-10-batches-bin"), { recursive: true });
    writeFileSync(join(dir, "cifar-10-batches-bin", "data_batch_1.bin"), "cut off");
    expect((await fetchFrom()).fetched).toBe(true);
    expectComplete();
  });

  it("removes a file with the wrong checksum and says so", async () => {
    const message = await failure(fetchFrom({}, { md5: "0".repeat(32) }));
    expect(message).toContain(`MD5 ${archive.md5}, expected ${"0".repeat(32)}; it was removed`);
    expect(readdirSync(dir)).toEqual([]);
  });

  it("reports refusals and keeps what has arrived", async () => {
    leaveBehind(archive.bytes.subarray(0, 1000));
    expect(await failure(fetchFrom({ status: 404 }))).toMatch(/answered 404 Not Found; run again \(it goes on/);
    expect(statSync(part()).size).toBe(1000);
  });

  it("reports a host that cannot be reached", async () => {
    const closed = await serveArchive(archive.bytes);
    await closed.close();
    expect(await failure(downloadCifar10({ dir, url: closed.url }))).toMatch(/cannot reach 127\.0\.0\.1:\d+ \(ECONNREFUSED\).*--url/);
  });

  it("gives up on a server that breaks off again and again, keeping what has arrived", async () => {
    expect(await failure(fetchFrom({ breaks: Infinity, stuckAt: 900 }))).toMatch(/broke off after 900 of \d+ bytes/);
    expect(server!.ranges).toEqual([undefined, "bytes=900-", "bytes=900-", "bytes=900-"]);
    expect(statSync(part()).size).toBe(900);
  });

  it("gives up on a server that sends all of it anew each time and breaks off", async () => {
    expect(await failure(fetchFrom({ ranges: false, breaks: Infinity }))).toMatch(/broke off after \d+ of \d+ bytes/);
    expect(server!.ranges).toHaveLength(4);
  });

  it.each([
    ["more than is known to come", { endless: true }, { size: 300_000 }, /sends more than 300000 bytes; nothing of it was kept/],
    ["what is known to be too much", { claims: 400_000 }, { size: 300_000 }, /offers 400000 bytes instead of 300000;/],
    ["what nobody can want", { claims: 2e9 }, {}, /offers 2000000000 bytes instead of 1000000000;/],
  ] as const)("takes no byte beyond %s", async (_what, behaviour, options, message) => {
    let most = 0;
    const onProgress = ({ received }: DownloadProgress): void => void (most = Math.max(most, received));
    expect(await failure(fetchFrom(behaviour, { ...options, onProgress }))).toMatch(message);
    expect(most).toBeLessThanOrEqual(300_000);
    expect(readdirSync(dir)).toEqual([]);
  });

  it("says that nothing comes, breaks off in the end and asks again", async () => {
    const notices: string[] = [];
    const patience = { tell: 50, giveUp: 400 };
    await fetchFrom({ silent: 1 }, { patience, onNotice: (line) => notices.push(line) });
    expectComplete();
    expect(notices[0]).toMatch(/^nothing has come from 127\.0\.0\.1:\d+ for 0\.05 s; waiting for up to 0\.4 s$/);
    expect(server!.ranges[1]).toMatch(/^bytes=\d+-$/);
    await server!.close();
    rmSync(dir, { recursive: true });
    expect(await failure(fetchFrom({ silent: Infinity, stuckAt: 900 }, { patience: { tell: 1e6, giveUp: 100 } }))).toMatch(
      /broke off after \d+ of \d+ bytes \(nothing came from 127\.0\.0\.1:\d+ for 0\.1 s\); run again/,
    );
  });

  it.each([
    [503, undefined],
    [429, "1"],
    [503, new Date(Date.now() + 3_600_000).toUTCString()],
  ])("asks a busy server (%s) again, when it says so (%s), but not too late", async (status, retryAfter) => {
    const notices: string[] = [];
    const busy = { times: 2, ...(retryAfter === undefined ? {} : { retryAfter }) };
    const options = { longestPause: 1000, onNotice: (line: string) => void notices.push(line) };
    await fetchFrom({ status, busy }, options);
    expectComplete();
    expect(server!.ranges).toHaveLength(3);
    const told = new RegExp(`answered ${status} .*; trying again in 1 s$`);
    expect(notices).toEqual(retryAfter === undefined ? [] : [expect.stringMatching(told), expect.stringMatching(told)]);
  });

  it("gives up on a server that stays busy", async () => {
    expect(await failure(fetchFrom({ status: 503, busy: { times: Infinity } }))).toMatch(/answered 503 Service Unavailable/);
    expect(server!.ranges).toHaveLength(4);
  });

  itUnless(NO_SMALL_DISK, "says that the disk is full while it unpacks", async () => {
    const small = mountSmallDisk(64);
    try {
      // Room for the archive, not for what is in it.
      const large = await makeArchive(scratch, 4_000_000);
      server = await serveArchive(large.bytes);
      const target = join(small.folder, "data");
      const message = await failure(downloadCifar10({ dir: target, url: server.url, md5: large.md5 }));
      expect(message).toMatch(/^cifar10: disk full at /);
      expect(readdirSync(target)).toEqual(["cifar-10-binary.tar.gz"]);
    } finally {
      small.unmount();
    }
  });

  it("reports an archive without the data", async () => {
    const wrong = Buffer.from("no archive at all");
    server = await serveArchive(wrong);
    const md5 = createHash("md5").update(wrong).digest("hex");
    expect(await failure(downloadCifar10({ dir, url: server.url, md5 }))).toMatch(/cifar10: cannot unpack .*TAR_BAD_ARCHIVE/);
    expect(existsSync(join(dir, "cifar-10-batches-bin"))).toBe(false);
  });

  it.each([
    ["cut off", (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1)],
    ["changed", (bytes: Buffer) => Buffer.from(bytes).fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 64)],
  ])("leaves nothing of an archive that is %s, but the archive", async (_, damaged) => {
    const bytes = damaged(archive.bytes);
    server = await serveArchive(bytes);
    const md5 = createHash("md5").update(bytes).digest("hex");
    const message = await failure(downloadCifar10({ dir, url: server.url, md5 }));
    const file = join(dir, "cifar-10-binary.tar.gz");
    expect(message).toMatch(/^cifar10: cannot unpack .*\.tar\.gz \(\w+\); delete it and run again$/);
    expect(message).toContain(file);
    expect(readdirSync(dir)).toEqual(["cifar-10-binary.tar.gz"]);
    rmSync(file);
    await server.close();
    expect(await fetchFrom()).toMatchObject({ fetched: true });
    expectComplete();
  });

  it("reports a folder it cannot make", async () => {
    writeFileSync(join(dir, "..", "file"), "");
    await expect(downloadCifar10({ dir: join(dir, "..", "file", "data") })).rejects.toThrow(/ENOTDIR|cannot write/);
  });
});
