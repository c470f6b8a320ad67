import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { openStore } from "gradstream/store";
import { pipeline, runEach, smallCifar10 } from "../fixtures/command-line.ts";
import { rejection, temporaryFolder } from "../fixtures/runs.ts";
import { itUnless, NO_USERS } from "../fixtures/unless.ts";
import { REGISTER } from "../fixtures/this-program.ts";

const CHILD = fileURLToPath(new URL("../fixtures/writer-child.ts", import.meta.url));

/** Commands that take `--store`, up to that option: those that write to it, and those that read it. */
const WRITERS = [
  ["run", pipeline("tiny"), "--no-serve", "--steps", "1"],
  ["reproduce", "--scale", "smoke", "--only", "C18", "--no-serve"],
];
const READERS = [["serve", "--port", "0"], ["runs"], ["sql", "FROM run"], ["compare", "a"]];

/** Names with a meaning of DuckDB's own. */
const MEANINGS = [":memory:", ":memory:x", "md:x", "motherduck:", "sqlite:x", "postgres:x", "file:x", "s3://b/x"];

/** A DuckDB file as a later DuckDB would write it: its version, and the checksum over it. */
async function writeLater(path: string): Promise<void> {
  await (await openStore(path)).close();
  const bytes = readFileSync(path);
  bytes.writeBigUInt64LE(999n, 12);
  writeFileSync(path, bytes);
  const { message } = await rejection(openStore(path));
  bytes.writeBigUInt64LE(BigInt(/computed checksum (\d+)/.exec(message)![1]!), 0);
  writeFileSync(path, bytes);
}

it("refuses in one line a store that is none, whether a command writes to it or reads it", async () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, "folder"));
  mkdirSync(join(cwd, "a?b"));
  symlinkSync(join(cwd, "a?b", "x"), join(cwd, "link"));
  writeFileSync(join(cwd, "text"), "no database ".repeat(1000));
  writeFileSync(join(cwd, "short"), "x");
  writeFileSync(join(cwd, "empty"), "");
  writeFileSync(join(cwd, "a.png"), Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.alloc(9000, 7)]));
  await (await openStore(join(cwd, "cut"))).close();
  truncateSync(join(cwd, "cut"), 5000);
  await writeLater(join(cwd, "later"));
  const cases: [name: string, ...(readonly [string | RegExp])][] = [
    ["", "the name of the store is empty; name a file with --store"],
    ...MEANINGS.map((name): [string, string] => [
      name,
      `${name} is not a file name that DuckDB can open; a store is a file: write ./${name} for one of that name`,
    ]),
    ["file.duckdb?x", /^file\.duckdb\?x: DuckDB loses what it has not yet merged where a path has a \?/],
    ["a?b/x.duckdb", /^a\?b\/x\.duckdb: DuckDB loses/],
    ["link", /^link \(\/.*\/a\?b\/x\): DuckDB loses/],
    ["folder", /^folder is a folder without manifest.json: neither a store nor an archive of one$/],
    ["text", "text is not a DuckDB database; name another file with --store"],
    ["short", "short is not a DuckDB database; name another file with --store"],
    ["empty", "empty is not a DuckDB database; name another file with --store"],
    ["a.png", "a.png is not a DuckDB database; name another file with --store"],
    ["cut", /^cut: cannot open the store: .*/],
    ["later", /^later: cannot open the store: .*version number 999/],
    ["text/below", /^text\/below(: cannot create its folder: E(NOTDIR|EXIST)| does not exist: run something first).*/],
  ];
  const before = readdirSync(cwd).sort();
  const asked = cases.flatMap(([name, message], i) =>
    [WRITERS[i % WRITERS.length]!, READERS[i % READERS.length]!].map((command) => ({
      args: [...command, "--store", name],
      message,
    })),
  );
  const results = await runEach(
    asked.map(({ args }) => ({ args, env: { CIFAR10_DIR: smallCifar10() } })),
    cwd,
  );
  asked.forEach(({ args, message }, i) => {
    const { code, stdout, stderr } = results[i]!;
    const said = /^gradstream: (.*)\n$/.exec(stderr)?.[1] ?? `not one line: ${stderr}`;
    expect([args, said]).toEqual([args, typeof message === "string" ? message : expect.stringMatching(message)]);
    expect([args, code, stdout]).toEqual([args, 2, ""]);
  });
  expect(readdirSync(cwd).sort()).toEqual(before);
});

it.each(["./:memory:", "./md:x", "./~/x", "./file:x", "ä b#c%20.duckdb", "*.duckdb", "link"])(
  "records in a file called %s, killed and opened again",
  async (name) => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, "elsewhere"));
    symlinkSync(join("elsewhere", "real"), join(cwd, "link"));
    const child = spawn(process.execPath, ["--import", REGISTER, CHILD, name], {
      cwd,
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const flushed = Number((await lines.next()).value);
    child.kill("SIGKILL");
    await once(child, "exit");
    const file = join(cwd, name === "link" ? "elsewhere/real" : name);
    expect([existsSync(file), existsSync(`${file}.wal`)]).toEqual([true, true]);
    const store = await openStore(file);
    const { rows } = await store.query("SELECT count(*) FROM reading");
    expect(rows[0]![0]).toBeGreaterThanOrEqual(flushed);
    await store.close();
  },
);

itUnless(NO_USERS, "says so when it may not write there", async () => {
  const cwd = temporaryFolder();
  await (await openStore(join(cwd, "mine.duckdb"))).close();
  const isRoot = process.getuid!() === 0;
  if (isRoot) process.seteuid!(65534);
  onTestFinished(() => {
    if (isRoot) process.seteuid!(0);
  });
  for (const name of ["new.duckdb", "below/new.duckdb"]) {
    const { message } = await rejection(openStore(join(cwd, name)));
    expect(message).toMatch(/(cannot create its folder|cannot open the store): [^\n]*[Pp]ermission denied/);
  }
});
