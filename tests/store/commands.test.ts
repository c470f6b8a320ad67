import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import { runsCommand } from "../../src/run/commands/runs.ts";
import { sqlCommand } from "../../src/run/commands/sql.ts";
import { render } from "../../src/run/terminal/render.ts";
import { openStore } from "../../src/store/open-store.ts";
import { output } from "../fixtures/output.ts";
import { aReading, aRun, temporaryFolder } from "../fixtures/runs.ts";

async function recorded(): Promise<string> {
  const path = join(temporaryFolder(), "a.duckdb");
  const store = await openStore(path);
  await store.startRun(aRun());
  await store.append("run-1", [aReading(0, { value: 2.30259 }), aReading(1, { value: 1 })]);
  await store.finishRun("run-1", "completed", aRun().startedAt + 12_340);
  await store.close();
  return path;
}

describe("render", () => {
  const result = {
    columns: [
      { name: "arm", type: "VARCHAR" },
      { name: "value", type: "DOUBLE" },
      { name: "list", type: "DOUBLE[]" },
    ],
    rows: [
      ['a "b", c', 1.5, [1, NaN]],
      ["ü\n\u001b", -Infinity, null],
      ["", 12345.678, []],
    ],
  };

  it("aligns a table, numbers to the right", () => {
    expect(render(result, "table")).toBe(
      [
        "arm            value  list",
        "─────────  ─────────  ─────────",
        'a "b", c         1.5  [1,"NaN"]',
        "ü\\n\\u001b  -Infinity",
        "            12345.678  []".slice(1),
        "(3 rows)",
        "",
      ].join("\n"),
    );
    expect(render({ columns: [{ name: "n", type: "BIGINT" }], rows: [[1]] }, "table")).toBe("n\n─\n1\n(1 row)\n");
  });

  it("writes CSV by RFC 4180, a row to a line", () => {
    expect(render(result, "csv")).toBe(
      'arm,value,list\r\n"a ""b"", c",1.5,"[1,""NaN""]"\r\nü\\n\\u001b,-Infinity,\r\n"",12345.678,[]\r\n',
    );
  });

  it("writes text that a spreadsheet would run as text, and numbers as numbers", () => {
    const columns = [{ name: "=name", type: "VARCHAR" }];
    const rows = ['=HYPERLINK("x")', "+1+2", "@sum", "-x", "-1.5e-7", "+3", "a=b"].map((text) => [text]);
    expect(render({ columns, rows }, "csv").split("\r\n")).toEqual([
      ...'\'=name|"\'=HYPERLINK(""x"")"|\'+1+2|\'@sum|\'-x|-1.5e-7|+3|a=b|'.split("|"),
    ]);
  });

  it("keeps what is not seen from commanding a terminal, in JSON without changing what it means", () => {
    const text = "a\u001b]0;x\u0007\u009b2J\u202eb\u2028c\u200fd";
    const odd = { columns: [{ name: text, type: "VARCHAR" }], rows: [[text]] };
    for (const format of ["table", "csv", "json"] as const) {
      // eslint-disable-next-line no-control-regex
      expect(render(odd, format)).not.toMatch(/[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e-\u202e]/);
    }
    expect(JSON.parse(render(odd, "json"))).toEqual([{ [text]: text }]);
  });

  it("writes JSON with non-finite numbers as strings", () => {
    expect(JSON.parse(render(result, "json"))).toEqual([
      { arm: 'a "b", c', value: 1.5, list: [1, "NaN"] },
      { arm: "ü\n\u001b", value: "-Infinity", list: null },
      { arm: "", value: 12345.678, list: [] },
    ]);
  });
});

describe("sql", () => {
  it("prints the result of a query, opened for reading only", async () => {
    const path = await recorded();
    expect(await output(sqlCommand(), "SELECT arm, seed FROM run", "--store", path)).toBe(
      "arm       seed\n────────  ────\nstandard     0\n(1 row)\n",
    );
    expect(await output(sqlCommand(), "SELECT 1 AS a", "--store", path, "--format", "csv")).toBe("a\r\n1\r\n");
    await expect(output(sqlCommand(), "DELETE FROM run", "--store", path)).rejects.toThrow(/read-only.* in: DELETE/);
  });

  it("says what to do when there is no store", async () => {
    const missing = output(sqlCommand(), "SELECT 1", "--store", "/nowhere/a.duckdb");
    await expect(missing).rejects.toThrow(UserError);
    await expect(missing).rejects.toThrow("/nowhere/a.duckdb does not exist: run something first");
  });
});

describe("runs", () => {
  it("lists runs, and says so when there are none", async () => {
    const path = await recorded();
    const table = await output(runsCommand(), "--store", path);
    expect(table).toMatch(/run_id +experiment +arm +seed +status +steps +final_loss/);
    expect(table).toMatch(/run-1 +noisy-batchnorm +standard +0 +completed +100\/100 +1\.6513/);
    expect(table).toContain("2024-01-02 03:04:05  12.3 s");
    const json: unknown = JSON.parse(await output(runsCommand(), "--store", path, "--format", "json"));
    expect(json).toMatchObject([
      { run_id: "run-1", steps: 100, final_loss: 1.651295, test_accuracy: null, took: 12.34 },
    ]);
    expect(await output(runsCommand(), "--store", path, "--status", "failed", "--experiment", "x")).toBe(
      `No run of experiment x that is failed in ${path}.\n`,
    );
  });
});
