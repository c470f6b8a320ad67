import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDataSet, UserError } from "gradstream";
import { putCifar10 } from "../fixtures/cifar10-folder.ts";
import { rejection } from "../fixtures/runs.ts";
import { itUnless, NO_USERS } from "../fixtures/unless.ts";

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "gradstream-data-"));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

describe("openDataSet", () => {
  it("takes CIFAR-10 where it is, else shapes10 with a note", async () => {
    const without = await openDataSet("auto", { env: {}, cwd }, { limitTrain: 20, limitTest: 10 });
    expect(without.data).toMatchObject({ name: "shapes10", train: { count: 20 }, test: { count: 10 } });
    expect(without.note).toMatch(/^cifar10: not found.*npx gradstream data cifar10.*training on the generated shapes10 instead$/);
    await expect(openDataSet("cifar10", { env: {}, cwd })).rejects.toThrow(/cifar10: not found; get it with/);
    putCifar10(cwd);
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
      [() => [put("test_batch.bin"), mkdirSync(file)], /data_batch_1\.bin is not a file; delete it/],
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
    const folder = putCifar10(cwd);
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
    await expect(openDataSet("imagenet" as "auto", { env: {}, cwd })).rejects.toThrow('no data set "imagenet"');
  });
});
