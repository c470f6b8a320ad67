import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { dataCommand } from "../../../src/run/commands/data.ts";
import { makeArchive, serveArchive } from "../../fixtures/archive-server.ts";
import { putCifar10 } from "../../fixtures/cifar10-folder.ts";
import { writeStream } from "../../fixtures/write-stream.ts";

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "gradstream-data-command-"));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

async function data(args: string[], env: Record<string, string> = {}) {
  const [stdout, stderr] = [writeStream(), writeStream()];
  await dataCommand({ env, cwd, stdout, stderr }).exitOverride().parseAsync(args, { from: "user" });
  return { stdout: stdout.text, stderr: stderr.text };
}

it("lists what is there", async () => {
  expect((await data(["list"])).stdout).toMatch(/cifar10 +not here .*\nshapes10 +generated/);
  putCifar10(cwd);
  expect((await data(["list"])).stdout).toContain("data/cifar-10-batches-bin, 2 train, 1 test");
});

it("says where CIFAR-10 is when it is there already", async () => {
  putCifar10(cwd);
  const { stdout } = await data(["cifar10"]);
  expect(stdout).toContain("CIFAR-10 is already in data/cifar-10-batches-bin: 2 train, 1 test");
});

it("takes the mirror from the environment and refuses a file of other contents", async () => {
  const { bytes } = await makeArchive(cwd);
  const server = await serveArchive(bytes);
  try {
    await expect(data(["cifar10"], { GRADSTREAM_CIFAR10_URL: server.url })).rejects.toThrow(
      /expected c32a1d4ab5d03f12/,
    );
    expect(server.ranges.length).toBe(1);
  } finally {
    await server.close();
  }
});

it("refuses what is no address", async () => {
  await expect(data(["cifar10", "--url", "nonsense"])).rejects.toThrow(
    "data: --url nonsense is not an http(s) address",
  );
});
