import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import { openDataSet } from "../../src/data/index.ts";
import { dataCommand } from "../../src/run/commands/data.ts";
import { transferProgress } from "../../src/data/transfer-progress.ts";
import { rejection } from "../fixtures/runs.ts";
import { makeArchive, serveArchive } from "./archive-server.ts";
import { itUnless, NO_USERS } from "../fixtures/unless.ts";

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "gradstream-data-command-"));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function recorder(isTTY = false) {
  const stream = { isTTY, text: "", write: (text: string) => (stream.text += text) };
  return stream;
}

async function data(args: string[], env: Record<string, string> = {}) {
  const [stdout, stderr] = [recorder(), recorder()];
  await dataCommand({ env, cwd, stdout, stderr }).exitOverride().parseAsync(args, { from: "user" });
  return { stdout: stdout.text, stderr: stderr.text };
}

function putCifar10(): void {
  const folder = join(cwd, "data", "cifar-10-batches-bin");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "data_batch_1.bin"), Buffer.alloc(2 * 3073));
  writeFileSync(join(folder, "test_batch.bin"), Buffer.alloc(3073));
}

describe("gradstream data", () => {
  it("lists what is there", async () => {
    expect((await data(["list"])).stdout).toMatch(/cifar10 +not here .*\nshapes10 +generated/);
    putCifar10();
    expect((await data(["list"])).stdout).toContain("data/cifar-10-batches-bin, 2 train, 1 test");
  });

  it("says where CIFAR-10 is when it is there already", async () => {
    putCifar10();
    const { stdout } = await data(["cifar10"]);
    expect(stdout).toContain("CIFAR-10 is already in data/cifar-10-batches-bin: 2 train, 1 test");
  });

  it("takes the mirror from the environment and refuses a file of other contents", async () => {
    const { bytes } = await makeArchive(cwd);
    const server = await serveArchive(bytes);
    try {
      await expect(data(["cifar10"], { GRADSTREAM_CIFAR10_URL: server.url })).rejects.toThrow(/expected c32a1d4ab5d03f12/);
      expect(server.ranges.length).toBe(1);
    } finally {
      await server.close();
    }
  });

  it("refuses what is no address", async () => {
    await expect(data(["cifar10", "--url", "nonsense"])).rejects.toThrow("data: --url nonsense is no http(s) address");
  });
});

describe("transferProgress", () => {
  it("writes a line every five seconds where there is no terminal", () => {
    const stream = recorder();
    let time = 0;
    const progress = transferProgress(stream, () => time);
    for (let second = 0; second <= 12; second++, time += 1000) progress.update(second * 10e6, 170e6);
    progress.end();
    expect(stream.text.split("\n")).toEqual([
      "0 %, 0.0 of 170.0 MB",
      "29 %, 50.0 of 170.0 MB, 10.0 MB/s, 12 s left",
      "58 %, 100.0 of 170.0 MB, 10.0 MB/s, 7 s left",
      "70 %, 120.0 of 170.0 MB, 10.0 MB/s, 5 s left",
      "",
    ]);
  });

  it("rewrites one line on a terminal, counting only what this run has brought", () => {
    const stream = recorder(true);
    let time = 0;
    const progress = transferProgress(stream, () => time);
    progress.update(100e6, undefined);
    time = 2000;
    progress.update(104e6, undefined);
    progress.end();
    progress.end();
    expect(stream.text).toBe("\r\x1b[K100.0 MB\r\x1b[K104.0 MB, 2.0 MB/s\n");
  });
});

describe("openDataSet", () => {
  it("takes CIFAR-10 where it is, else shapes10 with a note", async () => {
    const without = await openDataSet("auto", { env: {}, cwd }, { limitTrain: 20, limitTest: 10 });
    expect(without.data).toMatchObject({ name: "shapes10", train: { count: 20 }, test: { count: 10 } });
    expect(without.note).toMatch(/^cifar10: not found.*npx gradstream data cifar10.*training on the generated shapes10 instead$/);
    await expect(openDataSet("cifar10", { env: {}, cwd })).rejects.toThrow(/cifar10: not found; get it with/);
    putCifar10();
    const found = await openDataSet("auto", { env: {}, cwd });
    expect(found).toMatchObject({ data: { name: "cifar10", train: { count: 2 } } });
    expect(found.note).toBeUndefined();
    const drawn = await openDataSet("shapes10", { env: {}, cwd }, { limitTrain: 1, limitTest: 1 });
    expect(drawn.data.name).toBe("shapes10");
    expect(drawn.note).toBeUndefined();
  });

  it("falls back, with the reason, when the files in the usual place cannot be used", async () => {
    const folder = join(cwd, "data", "cifar-10-batches-bin");
    const file = join(folder, "data_batch_1.bin");
    const put = (name: string) => writeFileSync(join(folder, name), Buffer.alloc(3073));
    const mishaps: [() => unknown, RegExp][] = [
      [() => undefined, /cifar10: no data_batch_1\.bin in .*; get it with/],
      [() => put("data_batch_1.bin"), /cifar10: no test_batch\.bin in /],
      [() => [put("test_batch.bin"), symlinkSync("nowhere", file)], /data_batch_1\.bin leads nowhere: it is a link/],
      [() => [put("test_batch.bin"), mkdirSync(file)], /data_batch_1\.bin is no file; delete it/],
      [() => [put("test_batch.bin"), symlinkSync(file, file)], /data_batch_1\.bin cannot be read \(ELOOP\); delete it/],
      [() => [put("test_batch.bin"), writeFileSync(file, "cut")], /data_batch_1\.bin has 3 bytes/],
      [
        () => [put("test_batch.bin"), put("data_batch_1.bin"), mkdirSync(join(folder, "batches.meta.txt"))],
        /batches\.meta\.txt cannot be read \(EISDIR\)/,
      ],
      [
        () => [put("test_batch.bin"), put("data_batch_1.bin"), symlinkSync("x", join(folder, "batches.meta.txt"))],
        /batches\.meta\.txt leads nowhere/,
      ],
    ];
    for (const [damage, why] of mishaps) {
      mkdirSync(folder, { recursive: true });
      damage();
      const { data, note } = await openDataSet("auto", { env: {}, cwd }, { limitTrain: 1, limitTest: 1 });
      expect([data.name, note]).toEqual(["shapes10", expect.stringMatching(why)]);
      expect(note).toMatch(/^cifar10: [^\n]*; training on the generated shapes10 instead$/);
      const asked = rejection(openDataSet("cifar10", { env: {}, cwd }));
      expect(await asked).toBeInstanceOf(UserError);
      expect((await asked).message).toMatch(why);
      const named = rejection(openDataSet("auto", { env: { CIFAR10_DIR: folder }, cwd }));
      expect((await named).message).toMatch(why);
      rmSync(folder, { recursive: true });
    }
  });

  itUnless(NO_USERS, "names a file it may not read", async () => {
    putCifar10();
    const folder = join(cwd, "data", "cifar-10-batches-bin");
    for (const path of [cwd, join(cwd, "data"), folder]) chmodSync(path, 0o755);
    chmodSync(join(folder, "test_batch.bin"), 0o000);
    const isRoot = process.getuid!() === 0;
    if (isRoot) process.seteuid!(65534);
    try {
      const error = await rejection(openDataSet("cifar10", { env: {}, cwd }));
      expect(error).toBeInstanceOf(UserError);
      expect(error.message).toMatch(/test_batch\.bin cannot be read \(EACCES\); delete it/);
    } finally {
      if (isRoot) process.seteuid!(0);
    }
  });

  it("does not fall back when CIFAR10_DIR is wrong or the name unknown", async () => {
    await expect(openDataSet("auto", { env: { CIFAR10_DIR: "nowhere" }, cwd })).rejects.toThrow(/CIFAR10_DIR=nowhere/);
    await expect(openDataSet("mnist" as "auto", { env: {}, cwd })).rejects.toThrow('no data set "mnist"');
  });
});
