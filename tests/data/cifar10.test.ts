import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import { findCifar10 } from "../../src/data/cifar10-files.ts";
import { loadCifar10 } from "../../src/data/cifar10.ts";
import { describeUnless } from "../fixtures/unless.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "gradstream-cifar10-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** One record per label; pixel i of a plane is (i + 10 * channel + label) mod 256. */
function records(...labels: number[]): Buffer {
  const plane = (channel: number, label: number) => Array.from({ length: 1024 }, (_, i) => (i + 10 * channel + label) % 256);
  return Buffer.concat(
    labels.map((label) => Buffer.from([label, ...plane(0, label), ...plane(1, label), ...plane(2, label)])),
  );
}

function write(name: string, content: Buffer | string, folder = dir): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), content);
}

async function failure(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(UserError);
  const { message } = error as UserError;
  expect(message).not.toContain("\n");
  return message;
}

describe("loadCifar10", () => {
  it("turns planes into interleaved channels and joins the files in order", async () => {
    write("data_batch_2.bin", records(7));
    write("data_batch_1.bin", records(3, 4));
    write("test_batch.bin", records(9));
    const data = await loadCifar10(dir);
    expect(data.shape).toEqual([32, 32, 3]);
    expect([...data.train.labels]).toEqual([3, 4, 7]);
    expect([...data.test.labels]).toEqual([9]);
    expect(data.train.pixels.length).toBe(3 * 3072);
    for (const [example, label] of [3, 4, 7].entries()) {
      for (const [row, column, channel] of [[0, 0, 0], [0, 1, 2], [31, 31, 1], [5, 9, 0]] as const) {
        const byte = data.train.pixels[example * 3072 + (row * 32 + column) * 3 + channel];
        expect(byte).toBe((row * 32 + column + 10 * channel + label) % 256);
      }
    }
    expect(data.classes[0]).toBe("airplane");
  });

  it("reads class names, limits and a nested folder", async () => {
    const nested = join(dir, "cifar-10-batches-bin");
    write("data_batch_1.bin", records(0, 1, 2), nested);
    write("data_batch_5.bin", records(3, 4), nested);
    write("test_batch.bin", records(5, 6), nested);
    write("batches.meta.txt", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n", nested);
    const data = await loadCifar10(dir, { limitTrain: 4, limitTest: 1 });
    expect([...data.train.labels]).toEqual([0, 1, 2, 3]);
    expect(data.test.count).toBe(1);
    expect(data.classes.join("")).toBe("abcdefghij");
    expect((await loadCifar10(dir, { limitTrain: 99 })).train.count).toBe(5);
  });

  it("names the file that is cut off, empty or wrong", async () => {
    write("data_batch_1.bin", records(0).subarray(0, 3000));
    write("test_batch.bin", records(0));
    expect(await failure(loadCifar10(dir))).toMatch(/data_batch_1\.bin has 3000 bytes, expected a multiple of 3073/);
    write("data_batch_1.bin", "");
    expect(await failure(loadCifar10(dir))).toMatch(/data_batch_1\.bin is empty/);
    write("data_batch_1.bin", records(0, 1, 10));
    expect(await failure(loadCifar10(dir))).toMatch(/data_batch_1\.bin, record 2: label 10/);
    write("data_batch_1.bin", records(0));
    write("batches.meta.txt", "cat\ndog\n");
    expect(await failure(loadCifar10(dir))).toMatch(/names 2 classes, expected 10/);
  });

  it("says how to get what is missing", async () => {
    expect(await failure(loadCifar10(join(dir, "nowhere")))).toMatch(/no folder .*nowhere; get it with `npx gradstream data cifar10`.*CIFAR10_DIR/);
    expect(await failure(loadCifar10(dir))).toMatch(/no data_batch_1\.bin/);
    write("data_batch_1.bin", records(0));
    expect(await failure(loadCifar10(dir))).toMatch(/no test_batch\.bin/);
  });
});

describe("findCifar10", () => {
  it("prefers CIFAR10_DIR, then data/ of the project, then nothing", () => {
    expect(findCifar10({}, dir)).toBeUndefined();
    const usual = join(dir, "data", "cifar-10-batches-bin");
    for (const folder of [usual, join(dir, "mine")]) {
      write("data_batch_1.bin", records(0), folder);
      write("test_batch.bin", records(0), folder);
    }
    expect(findCifar10({}, dir)).toBe(usual);
    expect(findCifar10({ CIFAR10_DIR: "" }, dir)).toBe(usual);
    expect(findCifar10({ CIFAR10_DIR: join(dir, "mine") }, dir)).toBe(join(dir, "mine"));
    expect(findCifar10({ CIFAR10_DIR: "data" }, dir)).toBe(usual);
    expect(() => findCifar10({ CIFAR10_DIR: join(dir, "wrong") }, dir)).toThrow(/CIFAR10_DIR=.*wrong: cifar10: no folder/);
  });
});

describeUnless(process.env["CIFAR10_DIR"] ? undefined : "CIFAR10_DIR names no folder", "the real data", () => {
  it("holds ten classes of natural pictures", async () => {
    const data = await loadCifar10(findCifar10(process.env, process.cwd())!);
    expect(data.classes).toEqual("airplane automobile bird cat deer dog frog horse ship truck".split(" "));
    expect(new Set(data.test.labels).size).toBe(10);
    const mean = [0, 0, 0];
    const { pixels } = data.train;
    for (let i = 0; i < pixels.length; i++) mean[i % 3]! += pixels[i]!;
    const scaled = mean.map((sum) => sum / (data.train.count * 1024 * 255));
    for (const [channel, known] of [0.4914, 0.4822, 0.4465].entries()) expect(scaled[channel]).toBeCloseTo(known, 1);
  });
});
