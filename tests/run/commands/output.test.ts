import { expect, it } from "vitest";
import { pipeline, runEach } from "../../fixtures/command-line.ts";
import { temporaryFolder } from "../../fixtures/runs.ts";

const TRAIN = ["run", pipeline("tiny"), "--steps", "4", "--no-serve", "--backend", "cpu"];
const json = ({ stdout }: { readonly stdout: string }): unknown => JSON.parse(stdout);

it("is JSON with --json, and little with --quiet", async () => {
  const results = await runEach(
    [
      { args: [...TRAIN, "--quiet"] },
      { args: [...TRAIN, "--quiet", "--json"] },
      { args: ["runs", "--quiet"] },
      { args: ["runs", "--json"] },
      { args: ["runs", "--format", "json"] },
      { args: ["sql", "SELECT 1 AS one, 'NaN'::DOUBLE AS none", "--json"] },
      { args: ["export", "archive", "--json"] },
      { args: ["export", "archive", "--quiet"] },
      { args: ["import", "archive", "--store", "b.duckdb", "--json"] },
      { args: ["import", "archive", "--store", "b.duckdb", "--quiet"] },
      { args: ["compare", "tiny", "--json"] },
      { args: ["compare", "tiny", "--quiet"] },
      { args: ["report", "--store", "archive", "--only", "C21", "--json"] },
      { args: ["report", "--store", "archive", "--only", "C21", "--quiet"] },
      { args: ["data", "list", "--json"], env: { CIFAR10_DIR: "" } },
      { args: ["data", "list", "--quiet"], env: { CIFAR10_DIR: "" } },
    ],
    temporaryFolder(),
  );
  expect(results.map(({ code, stderr }) => [code, stderr])).toEqual(results.map(() => [0, ""]));
  const [quietRun, jsonRun, ids, runs, formatted, sql, ...others] = results;
  expect(quietRun!.stdout).toMatch(/^(\d+) runs?: \1 completed; recorded in results\/gradstream\.duckdb\n$/);
  const trained = json(jsonRun!) as { readonly run_id: string; readonly status: string }[];
  expect(new Set(trained.map(({ status }) => status))).toEqual(new Set(["completed"]));
  const recorded = (json(runs!) as { readonly run_id: string }[]).map(({ run_id: id }) => id);
  // The second time, all of it is there.
  expect(recorded).toHaveLength(trained.length);
  for (const { run_id: id } of trained) expect(recorded).toContain(id);
  expect(ids!.stdout).toBe(recorded.map((id) => `${id}\n`).join(""));
  expect(formatted).toEqual(runs);
  expect(json(sql!)).toEqual([{ one: 1, none: "NaN" }]);

  const [exported, exportedQuietly, imported, importedQuietly, compared, comparedQuietly, ...rest] = others;
  const { length: count } = recorded;
  expect(json(exported!)).toEqual({
    folder: "archive",
    format: "parquet",
    runs: count,
    files: expect.any(Number) as number,
    bytes: expect.any(Number) as number,
  });
  expect(json(imported!)).toEqual({ store: "b.duckdb", runs: count, known: 0 });
  expect(json(compared!)).toMatchObject({ page: "results/compare/index.html", figures: expect.any(Number) as number });
  for (const quiet of [exportedQuietly, importedQuietly, comparedQuietly]) expect(quiet!.stdout).toBe("");

  const [report, reportQuietly, data, dataQuietly] = rest;
  expect(json(report!)).toMatchObject({
    page: "results/report/index.html",
    claims: [
      {
        id: "C21",
        verdict: "not testable",
        statement: expect.any(String) as string,
        measures: expect.arrayContaining([
          expect.objectContaining({ what: expect.any(String) as string, passes: expect.any(String) as string }),
        ]) as unknown[],
      },
    ],
  });
  expect(reportQuietly!.stdout).toMatch(
    /^Report: results\/report\/index\.html and report\.md, 0 figures of \d+ runs\.\n$/,
  );
  expect(json(data!)).toMatchObject([
    { name: "cifar10", available: false },
    { name: "shapes10", available: true },
    { name: "cifar100", available: false },
    { name: "mnist", available: false },
    { name: "fashion-mnist", available: false },
  ]);
  expect(dataQuietly!.stdout).toBe("shapes10\n");
});

it("of a quiet run still tells what went wrong", async () => {
  const [diverged] = await runEach([{ args: [...TRAIN, "--quiet", "--set", "learningRate=1e30"] }], temporaryFolder());
  expect(diverged!.code).toBe(3);
  expect(diverged!.stderr).toMatch(/^\w+: .*(diverged|not finite|NaN|Infinity).*\n/);
  expect(diverged!.stdout).toMatch(/^\d+ runs?: .*\d+ diverged; recorded in .*\n$/);
});
