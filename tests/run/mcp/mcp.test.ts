import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { expect, it, onTestFinished } from "vitest";
import { openStore } from "gradstream/store";
import { start } from "../../fixtures/command-line.ts";
import { awkwardStore } from "../../fixtures/many-records.ts";
import { aReading, aRun, temporaryFolder } from "../../fixtures/runs.ts";
import { BIN, fileOf } from "../../fixtures/this-program.ts";

/** A client of a server that was started for it; `ask` gives what a tool answers, or its error. */
async function connected(store: string) {
  const client = new Client({ name: "test", version: "1" });
  onTestFinished(() => client.close());
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [BIN, "mcp", "--store", store] }));
  const ask = async (name: string, args: Record<string, unknown> = {}) => {
    const { content, isError } = await client.callTool({ name, arguments: args });
    const [{ text }] = content as [{ text: string }];
    return isError ? text : (JSON.parse(text) as unknown);
  };
  return { client, ask };
}

async function longRun(): Promise<string> {
  const path = await awkwardStore(join(temporaryFolder(), "a.duckdb"));
  const store = await openStore(path);
  await store.startRun(aRun({ runId: "long", steps: 5000, startedAt: Date.UTC(2027, 0, 1) }));
  await store.append(
    "long",
    Array.from({ length: 5000 }, (_, step) => aReading(step, { value: step })),
  );
  await store.finishRun("long", "completed", Date.UTC(2027, 0, 2));
  await store.close();
  return path;
}

it("answers what its tools are asked, and lets runs write between two questions", async () => {
  const path = await longRun();
  const { client, ask } = await connected(path);
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name).sort()).toEqual(["describe_store", "list_runs", "query_sql", "read_series"]);
  expect(tools.every(({ annotations }) => annotations?.readOnlyHint)).toBe(true);

  expect(await ask("list_runs", { limit: 2 })).toMatchObject([
    { run_id: "long", status: "completed" },
    { run_id: "noisy/standard/0/b" },
  ]);
  expect(await ask("list_runs", { status: "diverged" })).toMatchObject([{ run_id: 'odd "one", two' }]);
  const described = (await ask("describe_store")) as { tables: { name: string }[]; views: { name: string }[] };
  expect(described).toMatchObject({ runs: 4, readings: 5063 });
  expect(described.tables.map(({ name }) => name)).toEqual(expect.arrayContaining(["run", "reading", "claim"]));
  expect(described.views.map(({ name }) => name)).toEqual(expect.arrayContaining(["curve", "run_summary"]));

  expect(
    await ask("query_sql", { sql: "SELECT count(*) AS n, max(value) AS most FROM reading WHERE run_id = 'long'" }),
  ).toEqual({
    columns: [
      { name: "n", type: "BIGINT" },
      { name: "most", type: "DOUBLE" },
    ],
    rows: [[5000, 4999]],
    truncated: false,
  });
  const few = { run: "long", probe: "loss", stat: "loss", points: 10 };
  expect(await ask("read_series", few)).toMatchObject({
    stepsPerPoint: 512,
    series: [{ runId: "long", probe: "loss", layer: null }],
  });
  expect(await ask("read_series", { ...few, from: 7, to: 8 })).toEqual({
    stepsPerPoint: 1,
    series: [
      {
        runId: "long",
        probe: "loss",
        stat: "loss",
        layer: null,
        unit: null,
        distance: null,
        points: [7, 8].map((step) => ({ step, min: step, max: step, last: step, readings: 1 })),
      },
    ],
  });

  const store = await openStore(path);
  await store.startRun(aRun({ runId: "later", startedAt: Date.UTC(2028, 0, 1) }));
  await store.finishRun("later", "failed", Date.UTC(2028, 0, 1));
  await store.close();
  expect(await ask("list_runs", { limit: 1 })).toMatchObject([{ run_id: "later" }]);
});

it("refuses what only looks like reading, and says what is wrong", async () => {
  const { client, ask } = await connected(await longRun());
  for (const sql of ["DELETE FROM run", "SELECT * FROM read_csv('/etc/passwd')", "COPY run TO '/tmp/x.csv'"]) {
    expect(typeof (await ask("query_sql", { sql })), sql).toBe("string");
  }
  expect(await ask("query_sql", { sql: "SELECT count(*) FROM run" })).toMatchObject({ rows: [[4]] });
  expect(await ask("read_series", { run: "none", probe: "loss", stat: "loss" })).toContain("no such reading");
  expect(await ask("list_runs", { limit: 0 })).toContain("limit");
  const { contents } = await client.readResource({ uri: "gradstream://guide/sql" });
  expect(contents).toMatchObject([
    { mimeType: "text/markdown", text: readFileSync(fileOf("docs/guide/sql.md"), "utf8") },
  ]);
});

it("refuses in one line a store that is not there, and ends when standard input does", async () => {
  const none = await start(["mcp", "--store", "none.duckdb"], { cwd: temporaryFolder() }).ended;
  expect(none).toMatchObject({ code: 2, stdout: "" });
  expect(none.stderr).toMatch(/^gradstream: none\.duckdb does not exist: [^\n]*\n$/);
  const served = start(["mcp", "--store", await longRun()], { cwd: temporaryFolder() });
  served.child.stdin!.end();
  expect(await served.ended).toEqual({ code: 0, stdout: "", stderr: "" });
});
