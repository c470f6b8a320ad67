import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import { runTool } from "../../src/setup/tool.ts";
import { bytesBelow } from "../../src/setup/places.ts";
import { withinSize } from "../../src/setup/within-size.ts";

const FILLING = `const { appendFileSync } = require("node:fs");
const piece = Buffer.alloc(100_000);
setInterval(() => appendFileSync("grows", piece), 1);`;

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "gradstream-within-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

it("ends a program that fills a folder without end", async () => {
  const cwd = folder();
  const env = process.env;
  const limits = { folders: [cwd, join(cwd, "not there")], most: 2e6, signal: new AbortController().signal, every: 20 };
  const work = withinSize(limits, (signal) => runTool([process.execPath, "-e", FILLING], { env, signal, cwd }));
  await expect(work).rejects.toThrow(UserError);
  await expect(work).rejects.toThrow("a download has grown beyond 0.002 GB and was stopped");
  const size = await bytesBelow(cwd);
  expect(size).toBeGreaterThan(2e6);
  expect(size).toBeLessThan(2e9);
});

it("lets the rest be, and passes an abort from outside on", async () => {
  const cwd = folder();
  mkdirSync(join(cwd, "sub"));
  const env = process.env;
  const outer = new AbortController();
  const limits = { folders: [cwd], most: 2e6, signal: outer.signal, every: 5 };
  expect(await withinSize(limits, (signal) => runTool([process.execPath, "-e", "1"], { env, signal }))).toMatchObject({
    ok: true,
  });
  const stopped = withinSize(limits, (signal) => {
    outer.abort(new Error("Ctrl-C"));
    return runTool([process.execPath, "-e", FILLING], { env, signal, cwd });
  });
  await expect(stopped).rejects.toThrow("Ctrl-C");
});
