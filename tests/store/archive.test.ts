import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeArchive } from "../../src/store/archive/write-archive.ts";
import { openStore } from "../../src/store/open-store.ts";
import type { Store } from "../../src/store/store.ts";

const ABOUT = { machine: "a machine", host: "here", versions: { node: "x" } };
const folder = mkdtempSync(join(tmpdir(), "gradstream-archive-"));

const RUN = {
  host: "here",
  pipeline: "p",
  arm: "standard",
  seed: 0,
  hyper: { learningRate: 0.1 },
  steps: 3,
  backend: "cpu",
  dataset: "shapes10",
  network: "mlp",
  codeVersion: "1",
  attempt: 1,
};

/** Two runs that ended, of two experiments, one of a host elsewhere; and one that was interrupted. */
async function fill(store: Store): Promise<void> {
  const runs = [
    ["first", "one/a", "completed", "here"],
    ["second exp", "two/b", "diverged", "elsewhere"],
    ["first", "one/c", "interrupted", "here"],
  ] as const;
  for (const [i, [experiment, runId, status, host]] of runs.entries()) {
    await store.startRun({ ...RUN, runId, experiment, host, seed: i, startedAt: Date.UTC(2026, 0, 1 + i) });
    await store.append(runId, [
      { kind: "reading", step: 0, probe: "loss", stat: "loss", value: 0.1 + i },
      { kind: "reading", step: 1, probe: "loss", stat: "loss", value: NaN },
      { kind: "reading", step: 1, probe: "ics", stat: "l2", layer: 2, value: 1e300 },
      { kind: "event", step: 1, at: 5, level: "warning", name: "spoken", message: "a\nb", data: { x: 1 } },
      { kind: "histogram", step: 1, layer: 2, site: "norm", unit: 7, lo: -1, hi: 1, counts: [1, 2, 3] },
    ]);
    await store.finishRun(runId, status, Date.UTC(2026, 0, 2 + i));
  }
}

let store: Store;
const archive = join(folder, "archive");
const answer = async (path: string, sql: string) => {
  const opened = await openStore(path, { readOnly: true });
  try {
    return (await opened.query(sql)).rows;
  } finally {
    await opened.close();
  }
};

beforeAll(async () => {
  store = await openStore(join(folder, "store.duckdb"));
  await fill(store);
  await writeArchive(store, archive, ABOUT);
});

afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const READINGS = "SELECT run_id, step, probe, stat, layer, unit, distance, value FROM reading ORDER BY ALL";

/** What an archive consists of. */
const FILES = /^(run|event|reading-.*|histogram-.*)\.parquet$|^manifest\.json$/;

const EVENTS = 'SELECT run_id, "at", level, name, kind, message, data FROM event ORDER BY ALL';

describe("an archive", () => {
  it("gives back every reading and histogram of runs that ended, and no other run", async () => {
    const ended = (sql: string) => `SELECT * FROM (${sql}) WHERE run_id <> 'one/c'`;
    expect(await answer(archive, READINGS)).toEqual((await store.query(ended(READINGS))).rows);
    expect((await answer(archive, "FROM histogram ORDER BY ALL")).length).toBe(2);
    expect(await answer(archive, EVENTS)).toEqual((await store.query(ended(EVENTS))).rows);
    expect(await answer(archive, "SELECT run_id, status FROM run_summary ORDER BY ALL")).toEqual([
      ["one/a", "completed"],
      ["two/b", "diverged"],
    ]);
  });

  it("names machines by what they are, never this one's host", async () => {
    expect(await answer(archive, "SELECT host FROM run ORDER BY run_id")).toEqual([["a machine"], ["elsewhere"]]);
  });

  it("says what is in it, with rows and hashes", () => {
    const manifest = JSON.parse(readFileSync(join(archive, "manifest.json"), "utf8")) as {
      files: Record<string, { rows: number }>;
    };
    expect(manifest).toMatchObject({ machine: "a machine", versions: { node: "x" } });
    expect(Object.entries(manifest.files).map(([name, { rows }]) => [name, rows])).toEqual([
      ["run.parquet", 2],
      ["event.parquet", 2],
      ["reading-first.parquet", 3],
      ["histogram-first.parquet", 1],
      ["reading-second-exp.parquet", 3],
      ["histogram-second-exp.parquet", 1],
    ]);
  });

  it("is byte for byte the same when written again, and leaves what else lies there", async () => {
    const before = readFileSync(join(archive, "reading-first.parquet"));
    writeFileSync(join(archive, "README.md"), "ours");
    writeFileSync(join(archive, "other.parquet"), "not an archive's");
    await writeArchive(store, archive, ABOUT);
    expect(readFileSync(join(archive, "README.md"), "utf8")).toBe("ours");
    expect(existsSync(join(archive, "other.parquet"))).toBe(true);
    expect(readFileSync(join(archive, "reading-first.parquet")).equals(before)).toBe(true);
    expect([...readdirSync(folder), ...readdirSync(archive)].filter((name) => name.includes("partial"))).toEqual([]);
  });

  it("is imported once, beside what is there", async () => {
    const other = await openStore(join(folder, "other.duckdb"));
    try {
      expect(await other.importArchive(archive)).toEqual({ runs: 2, known: 0 });
      expect(await other.importArchive(archive)).toEqual({ runs: 0, known: 2 });
      expect((await other.query(READINGS)).rows).toEqual(await answer(archive, READINGS));
      expect((await other.query(EVENTS)).rows).toEqual(await answer(archive, EVENTS));
      await other.append("one/a", [{ kind: "reading", step: 2, probe: "loss", stat: "loss", value: 2 }]);
      await other.flush();
      expect((await other.query("SELECT count(*)::INTEGER FROM reading")).rows).toEqual([[7]]);
    } finally {
      await other.close();
    }
  });
});

it.each(["parquet", "csv", "jsonl"] as const)(
  "is read as %s below folders that look like columns",
  async (encoding) => {
    const below = join(folder, encoding, "seed=1", "arm=zzz");
    mkdirSync(below, { recursive: true });
    await writeArchive(store, join(below, "a"), { ...ABOUT, encoding });
    const arms = "SELECT DISTINCT arm, seed FROM run ORDER BY seed";
    expect(await answer(join(below, "a"), arms)).toEqual([
      ["standard", 0],
      ["standard", 1],
    ]);
    const other = await openStore(join(below, "b.duckdb"));
    expect(await other.importArchive(join(below, "a"))).toEqual({ runs: 2, known: 0 });
    await other.close();
  },
);

it("is replaced through a link, with what it had besides taken away", async () => {
  const [real, link] = [join(folder, "real"), join(folder, "link")];
  await writeArchive(store, real, { ...ABOUT, encoding: "csv" });
  symlinkSync(real, link, "junction");
  await writeArchive(store, link, ABOUT);
  expect(readdirSync(real).sort()).toEqual(
    readdirSync(archive)
      .filter((name) => FILES.test(name))
      .sort(),
  );
  expect(readdirSync(folder)).toContain("link");
  expect(await answer(link, READINGS)).toEqual(await answer(archive, READINGS));
});

it("is written where another was cut off", async () => {
  const cut = join(folder, "cut");
  mkdirSync(join(cut, ".partial-1"), { recursive: true });
  writeFileSync(join(cut, ".partial-1", "run.parquet"), "PAR1");
  await writeArchive(store, cut, ABOUT);
  expect(await answer(cut, READINGS)).toEqual(await answer(archive, READINGS));
});

it("keeps experiments apart whose names differ in what the name of a file cannot hold", async () => {
  const alike = await openStore(join(folder, "alike.duckdb"));
  for (const [i, experiment] of ["my exp", "my-exp", "MY-EXP"].entries()) {
    await alike.startRun({ ...RUN, runId: experiment, experiment, startedAt: i });
    await alike.append(experiment, [{ kind: "reading", step: i, probe: "loss", stat: "loss", value: i }]);
    await alike.finishRun(experiment, "completed", i);
  }
  await writeArchive(alike, join(folder, "alike"), ABOUT);
  const readings = "SELECT run_id, value FROM reading ORDER BY ALL";
  expect(await answer(join(folder, "alike"), readings)).toEqual((await alike.query(readings)).rows);
  await alike.close();
});

it.each(["information_schema.duckdb", "archive that is imported.duckdb", 'a "b".duckdb'])(
  "is imported into a store of any name: %s",
  async (name) => {
    const other = await openStore(join(folder, "named", name));
    expect(await other.importArchive(archive)).toEqual({ runs: 2, known: 0 });
    await other.close();
  },
);

it("stops between two files when asked to, and leaves nothing", async () => {
  const stopped = writeArchive(store, join(folder, "stopped"), { ...ABOUT, signal: AbortSignal.abort() });
  await expect(stopped).rejects.toThrow("stopped; nothing was written");
  expect(readdirSync(folder).filter((name) => name.startsWith("stopped"))).toEqual([]);
});

/** Changes what a manifest says. */
const rewritten = (copy: string, change: (manifest: { files: Record<string, { rows: number }> }) => void): void => {
  const path = join(copy, "manifest.json");
  const manifest = JSON.parse(readFileSync(path, "utf8")) as { files: Record<string, { rows: number }> };
  change(manifest);
  writeFileSync(path, JSON.stringify(manifest));
};

describe("refuses in one line", () => {
  it.each<[string, (copy: string) => void, RegExp]>([
    ["a damaged file", (copy) => truncateSync(join(copy, "run.parquet"), 10), /run\.parquet is not as it was written/],
    ["a missing file", (copy) => rmSync(join(copy, "event.parquet")), /event\.parquet is missing/],
    [
      "a manifest that is not JSON",
      (copy) => writeFileSync(join(copy, "manifest.json"), "{"),
      /cannot be read as JSON/,
    ],
    [
      "a newer schema",
      (copy) => {
        const path = join(copy, "manifest.json");
        writeFileSync(path, readFileSync(path, "utf8").replace(/"schema": \d+/, '"schema": 999'));
      },
      /schema version 999, this gradstream knows up to \d+: update/,
    ],
    [
      "rows that are not all there",
      (copy) => rewritten(copy, ({ files }) => (files["run.parquet"]!.rows = 3)),
      /run\.parquet has 2 rows, not 3; fetch the archive again/,
    ],
    [
      "a manifest without runs",
      (copy) => rewritten(copy, (manifest) => (manifest.files = {})),
      /manifest\.json names no file of runs/,
    ],
    [
      "a schema whose tables are others",
      (copy) => {
        const path = join(copy, "manifest.json");
        writeFileSync(path, readFileSync(path, "utf8").replace(/"schema": \d+/, '"schema": 1'));
      },
      /cannot be (imported|opened)|cannot open the archive/,
    ],
    ["a folder that is none", (copy) => rmSync(join(copy, "manifest.json")), /neither a store nor an archive/],
  ])("%s", async (name, harm, message) => {
    const copy = join(folder, name.replaceAll(" ", "-"));
    cpSync(archive, copy, { recursive: true });
    harm(copy);
    await expect(openStore(copy, { readOnly: true })).rejects.toThrow(message);
    const target = await openStore(join(folder, `${name.replaceAll(" ", "-")}.duckdb`));
    await expect(target.importArchive(copy)).rejects.toThrow(message);
    // Nothing was taken over, and the store goes on.
    expect((await target.query("SELECT count(*)::INTEGER FROM run")).rows).toEqual([[0]]);
    expect(await target.importArchive(archive)).toEqual({ runs: 2, known: 0 });
    await target.close();
  });

  it("to write where something else is, or nothing ended", async () => {
    const taken = join(folder, "taken");
    mkdirSync(taken);
    writeFileSync(join(taken, "thesis.tex"), "");
    await expect(writeArchive(store, taken, ABOUT)).rejects.toThrow(/is there already and no archive/);
    writeFileSync(join(taken, "manifest.json"), '{ "name": "a web page", "files": { "thesis.tex": {} } }');
    await expect(writeArchive(store, taken, ABOUT)).rejects.toThrow(/is there already and no archive/);
    expect(readdirSync(taken).sort()).toEqual(["manifest.json", "thesis.tex"]);
    await expect(writeArchive(store, join(folder, "store.duckdb", "below"), ABOUT)).rejects.toThrow(
      /cannot be written: E/,
    );
    const empty = await openStore(join(folder, "empty.duckdb"));
    await expect(writeArchive(empty, join(folder, "none"), ABOUT)).rejects.toThrow(/no run that completed or diverged/);
    await empty.close();
  });

  it("to be written to", async () => {
    await expect(openStore(archive)).rejects.toThrow(
      /is an archive, for reading only; take its runs over into a store with gradstream import/,
    );
  });
});
