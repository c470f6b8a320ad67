import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { pipeline, type Place, start } from "../../fixtures/command-line.ts";
import { temporaryFolder } from "../../fixtures/runs.ts";

const run = (args: readonly string[], place: Place) => start(args, place).ended;

describe("export and import", () => {
  it("carry runs from one store to another, and any reading command takes the archive", async () => {
    const cwd = temporaryFolder();
    const trained = await run(["run", pipeline("tiny"), "--steps", "4", "--no-serve", "--backend", "cpu"], { cwd });
    expect(trained.code).toBe(0);
    const exported = await run(["export", "out/archive"], { cwd });
    expect(exported).toMatchObject({ code: 0, stderr: "" });
    expect(exported.stdout).toMatch(/^\d+ runs? in out\/archive: \d+ Parquet files, \d+\.\d MB\n$/);
    expect(readdirSync(join(cwd, "out"))).toEqual(["archive"]);

    const counted = ["sql", "SELECT count(*) AS n FROM reading", "--format", "csv"];
    const [ofStore, ofArchive] = [
      await run(counted, { cwd }),
      await run([...counted, "--store", "out/archive"], { cwd }),
    ];
    expect(ofArchive).toEqual(ofStore);
    expect((await run(["runs", "--store", "out/archive"], { cwd })).stdout).toContain("completed");

    const taken = await run(["import", "out/archive", "--store", "other.duckdb"], { cwd });
    expect(taken.stdout).toMatch(/^\d+ runs? taken over into other\.duckdb\n$/);
    expect((await run([...counted, "--store", "other.duckdb"], { cwd })).stdout).toBe(ofStore.stdout);
    const again = await run(["import", "out/archive", "--store", "other.duckdb"], { cwd });
    expect(again.stdout).toMatch(/^0 runs taken over into other\.duckdb; \d+ were there already\n$/);
  });

  it.each([
    [["export", "x", "--store", "none.duckdb"], /none\.duckdb does not exist: run something first/],
    [["import", "nowhere"], /nowhere does not exist/],
    [["import", pipeline("tiny")], /tiny\.ts is not a folder; name that of an archive/],
    [["report", "--scale", "huge"], /argument 'huge' is invalid/],
    [["reproduce", "--check", "--for", "1m"], /'--check' cannot be used with option '--for <time>'/],
    [["import", "."], /neither a store nor an archive of one/],
    [["run", pipeline("tiny"), "--store", ".", "--no-serve"], /neither a store nor an archive of one/],
  ])("refuse in one line: %j", async (args, message) => {
    const result = await run(args, { cwd: temporaryFolder() });
    expect(result).toMatchObject({ code: 2, stdout: "" });
    expect(result.stderr.trim()).toMatch(message);
    expect(result.stderr.trim().split("\n").length).toBe(1);
  });
});
