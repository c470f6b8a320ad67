import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "tar";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadCifar100, loadFashionMnist, loadMnist, openDataSet } from "gradstream";
import { downloadCifar100 } from "../../src/data/download.ts";
import { downloadMnist } from "../../src/data/download-mnist.ts";
import { MNIST_FILES } from "../../src/data/mnist.ts";
import { serveArchive } from "../fixtures/archive-server.ts";
import { idx, PACKED_MNIST, putMnist } from "../fixtures/mnist-folder.ts";

let cwd: string;
const servers: Server[] = [];
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "gradstream-sets-"));
});
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
  rmSync(cwd, { recursive: true, force: true });
});

/** One record of CIFAR-100: labels, then a plane of each colour. */
const record = (coarse: number, fine: number): Buffer =>
  Buffer.concat([Buffer.from([coarse, fine]), Buffer.alloc(1024, 1), Buffer.alloc(1024, 2), Buffer.alloc(1024, 3)]);

function putCifar100(dir: string): void {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, "train.bin"), Buffer.concat([record(3, 42), record(19, 99)]));
  writeFileSync(join(dir, "test.bin"), record(0, 7));
  writeFileSync(join(dir, "fine_label_names.txt"), Array.from({ length: 100 }, (_, i) => `fine ${i}\n`).join(""));
  writeFileSync(join(dir, "coarse_label_names.txt"), Array.from({ length: 20 }, (_, i) => `coarse ${i}\n`).join(""));
}

describe("CIFAR-100", () => {
  it("is read by its fine or its coarse labels", async () => {
    putCifar100(join(cwd, "cifar-100-binary"));
    const fine = await loadCifar100(cwd);
    expect(fine).toMatchObject({ name: "cifar100", shape: [32, 32, 3], train: { count: 2 }, test: { count: 1 } });
    expect([...fine.train.labels, ...fine.test.labels]).toEqual([42, 99, 7]);
    expect([...fine.train.pixels.subarray(0, 6)]).toEqual([1, 2, 3, 1, 2, 3]);
    expect(fine.classes).toHaveLength(100);
    const coarse = await loadCifar100(cwd, { labels: "coarse", limitTrain: 1 });
    expect([...coarse.train.labels]).toEqual([3]);
    expect(coarse.classes[3]).toBe("coarse 3");
  });

  it("names the file that is missing, cut off or has a label out of range", async () => {
    putCifar100(cwd);
    await expect(openDataSet("cifar100", { env: {}, cwd })).rejects.toThrow("cifar100: not found; get it with `npx gradstream data cifar100`");
    writeFileSync(join(cwd, "test.bin"), record(0, 100));
    await expect(loadCifar100(cwd)).rejects.toThrow(/test\.bin, record 0: label 100, expected 0 to 99; is this CIFAR-100\?/);
    writeFileSync(join(cwd, "test.bin"), "short");
    await expect(loadCifar100(cwd)).rejects.toThrow(/cifar100: .*test\.bin has 5 bytes, expected a multiple of 3074/);
    rmSync(join(cwd, "test.bin"));
    await expect(openDataSet("cifar100", { env: { CIFAR100_DIR: cwd }, cwd })).rejects.toThrow(/CIFAR100_DIR=.*: cifar100: no test\.bin in/);
  });

  it("is downloaded, going on where the connection broke off", async () => {
    putCifar100(join(cwd, "made", "cifar-100-binary"));
    const file = join(cwd, "made.tar.gz");
    await create({ file, cwd: join(cwd, "made"), gzip: true }, ["cifar-100-binary"]);
    const bytes = readFileSync(file);
    const server = await serveArchive(bytes, { breaks: 1 });
    const md5 = createHash("md5").update(bytes).digest("hex");
    const dir = join(cwd, "data");
    const { files, fetched } = await downloadCifar100({ dir, url: server.url, md5, pause: 1 });
    await server.close();
    expect([fetched, files.train.records, files.test.records]).toEqual([true, 2, 1]);
    expect(server.ranges).toEqual([undefined, `bytes=${Math.ceil(bytes.length / 2)}-`]);
    expect(readdirSync(dir)).toEqual(["cifar-100-binary"]);
    const { data } = await openDataSet("cifar100", { env: {}, cwd });
    expect([...data.train.labels]).toEqual([42, 99]);
    expect((await downloadCifar100({ dir, url: "http://127.0.0.1:1/" })).fetched).toBe(false);
  });
});

describe("MNIST and Fashion-MNIST", () => {
  it.each([true, false])("are read, packed by gzip: %s", async (isPacked) => {
    putMnist(cwd, isPacked);
    const mnist = await loadMnist(cwd);
    expect(mnist).toMatchObject({ name: "mnist", shape: [28, 28, 1], train: { count: 3 }, test: { count: 2 } });
    expect([...mnist.train.labels, ...mnist.test.labels]).toEqual([5, 0, 9, 1, 2]);
    expect([...mnist.train.pixels.subarray(783, 786)]).toEqual([(7 * 783) % 256, (7 * 784) % 256, (7 * 785) % 256]);
    const fashion = await loadFashionMnist(cwd, { limitTrain: 2 });
    expect([fashion.name, fashion.train.count, fashion.classes[9]]).toEqual(["fashion-mnist", 2, "Ankle boot"]);
    expect(fashion.train.pixels).toHaveLength(2 * 784);
  });

  it.each([
    ["is missing", 3, undefined, /mnist: no t10k-labels-idx1-ubyte nor t10k-labels-idx1-ubyte\.gz in/],
    ["is of another length", 1, idx([2], [5, 0]), /train-labels-idx1-ubyte\.gz: has labels of 2 examples, but .*train-images-idx3-ubyte\.gz has 3/],
    ["has a label out of range", 1, idx([3], [5, 10, 0]), /train-labels.*: the label of example 1 is 10, expected 0 to 9/],
    ["is not an IDX file", 0, Buffer.from("hello"), /train-images.*: begins with 0x68656c6c, which is not an IDX file/],
    ["holds no images", 2, idx([2], [1, 2]), /t10k-images.*: holds \[2\], not images of bytes/],
    ["is empty", 0, idx([0, 28, 28], []), /train-images.*: has no examples/],
  ])("name a file that %s", async (_, file, bytes, message) => {
    putMnist(cwd);
    const path = join(cwd, `${MNIST_FILES[file]!}.gz`);
    if (bytes) writeFileSync(path, gzipSync(bytes));
    else rmSync(path);
    await expect(loadMnist(cwd)).rejects.toThrow(message);
  });

  it("name a file that is not packed as it says", async () => {
    putMnist(cwd);
    writeFileSync(join(cwd, `${MNIST_FILES[0]}.gz`), "no gzip");
    await expect(loadMnist(cwd)).rejects.toThrow(/ubyte\.gz cannot be unpacked \(Z_DATA_ERROR\); delete it and run/);
  });

  it("are downloaded file by file, each checked, and found by their names", async () => {
    const asked: string[] = [];
    let broken = 0;
    const url = await serve((name, from) => {
      asked.push(`${name} ${from}`);
      const { bytes } = PACKED_MNIST.find((one) => one.name === name)!;
      const rest = bytes.subarray(from);
      // The first answer breaks off half way.
      return broken++ === 0 ? { rest, send: rest.subarray(0, rest.length >> 1) } : { rest, send: rest };
    });
    const sums = PACKED_MNIST.map(({ sum }) => sum);
    const dir = join(cwd, "data");
    const { files, fetched } = await downloadMnist("fashion-mnist", { dir, url, sums, pause: 1 });
    expect([fetched, files.dir]).toEqual([true, join(dir, "fashion-mnist")]);
    const half = PACKED_MNIST[0]!.bytes.length >> 1;
    const [first, ...others] = PACKED_MNIST.map(({ name }) => name);
    expect(asked).toEqual([`${first} 0`, `${first} ${half}`, ...others.map((name) => `${name} 0`)]);
    expect((await openDataSet("fashion-mnist", { env: {}, cwd })).data.train.count).toBe(3);
    expect((await downloadMnist("fashion-mnist", { dir, url: "http://127.0.0.1:1/" })).fetched).toBe(false);
    rmSync(files.paths[3]!);
    asked.length = 0;
    await downloadMnist("fashion-mnist", { dir, url, sums, pause: 1 });
    expect(asked).toEqual([`${others[2]} 0`]);
    const wrong = downloadMnist("mnist", { dir, url, sums: sums.map(([, size]) => ["0".repeat(32), size]), pause: 1 });
    await expect(wrong).rejects.toThrow(/^mnist: the file from .*train-images.* has MD5 \w+, expected 0{32}; it was removed/);
    await expect(downloadMnist("mnist", { dir, url: `${url}nowhere`, pause: 1 })).rejects.toThrow(
      /answered 404 .*name a mirror with --url or GRADSTREAM_MNIST_URL, or set MNIST_DIR to a copy/,
    );
  });
});

/** Serves files by name from a byte on; sends less than it says where `answer` tells it to. */
async function serve(answer: (name: string, from: number) => { rest: Buffer; send: Buffer }): Promise<string> {
  const server = createServer((request, response) => {
    const name = request.url!.slice(1);
    if (name.includes("/")) return void response.writeHead(404).end();
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const { rest, send } = answer(name, from);
    const range = { "content-range": `bytes ${from}-${from + rest.length - 1}/${from + rest.length}` };
    response.writeHead(from > 0 ? 206 : 200, { "content-length": rest.length, ...(from > 0 ? range : {}) });
    if (send.length === rest.length) return void response.end(send);
    response.write(send);
    setTimeout(() => response.destroy(), 50);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
