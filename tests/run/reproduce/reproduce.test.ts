import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, it } from "vitest";
import { chooseArms, resolveHyper } from "../../../src/experiment/experiment.ts";
import { supplementsOf, choosePlan, namesOf } from "../../../src/paper/plan.ts";
import { SANTURKAR_2018 } from "../../../src/paper/santurkar-2018/paper.ts";
import { loadPipeline } from "../../../src/run/pipeline/load-pipeline.ts";
import { rowsOf, start, tinyCifar10 } from "../../fixtures/command-line.ts";
import { RawClient } from "../../fixtures/feed-client.ts";
import { temporaryFolder } from "../../fixtures/runs.ts";
import { waitFor } from "../../fixtures/wait.ts";

const { plan: PLAN, figures: FIGURES, claims: CLAIMS } = SANTURKAR_2018;

describe("the plan", () => {
  it.each(["smoke", "small", "paper"] as const)("has the runs that every claim needs, at scale %s", async (scale) => {
    const planned = new Set<string>();
    for (const { pipeline, arms, settings, claims } of PLAN) {
      const { experiment } = await loadPipeline(pipeline);
      const hyper = resolveHyper(experiment, scale, settings);
      for (const arm of Object.keys(chooseArms(experiment, hyper, arms))) {
        for (const claim of claims) planned.add(`${claim} ${pipeline} ${arm} ${String(hyper["learningRate"])}`);
      }
    }
    for (const { claimId: id, measures } of CLAIMS) {
      for (const { needs } of measures) {
        for (const arm of needs.arms) {
          for (const rate of needs.rates!) expect(planned).toContain(`${id} ${needs.experiment} ${arm} ${rate}`);
        }
      }
    }
  });

  it("has every figure's runs", () => {
    const drawn = PLAN.flatMap(({ pipeline, figures }) => figures.map((figure) => `${figure} ${pipeline}`));
    for (const { id, experiment } of FIGURES) expect(drawn, id).toContain(`${/^\d+/.exec(id)![0]} ${experiment}`);
  });

  it("gives the part behind figures and claims, and says what the paper lacks", () => {
    expect(choosePlan(SANTURKAR_2018, ["7"], "small").map(({ pipeline }) => pipeline)).toEqual(["theory"]);
    expect(choosePlan(SANTURKAR_2018, ["3B", "c21"], "paper").map(({ pipeline }) => pipeline)).toEqual([
      "internal-covariate-shift",
      "internal-covariate-shift",
      "deep-linear",
      "deep-linear",
      "deep-linear",
      "theory",
    ]);
    expect(namesOf(["4a", "c12", "13"])).toEqual(["4", "C12", "13"]);
    expect(() => choosePlan(SANTURKAR_2018, ["4", "14"], "small")).toThrow(
      "--only: no figure or claim 14; there are figures 1 to 13, claims C1 to C21 and full-width",
    );
  });

  it("has runs apart from a scale's own, by their name, and no verdict on them", () => {
    const chosen = choosePlan(SANTURKAR_2018, ["full-width"], "small");
    expect(chosen.map(({ pipeline, claims }) => [pipeline, claims])).toEqual([
      ["learning-rates", []],
      ["noisy-batchnorm", []],
      ["landscape", []],
    ]);
    expect(supplementsOf(chosen)).toEqual([
      { supplement: chosen[0]!.supplement, figures: ["1a", "2", "4a", "4b", "4c"] },
    ]);
    expect(choosePlan(SANTURKAR_2018, ["4"], "small").filter(({ supplement }) => supplement)).toEqual([]);
    expect(choosePlan(SANTURKAR_2018, undefined, "paper").filter(({ supplement }) => supplement)).toEqual([]);
    expect(() => choosePlan(SANTURKAR_2018, ["full-width"], "paper")).toThrow("--only: no figure or claim full-width");
  });

  it("asks for no trial twice", async () => {
    const trials: string[] = [];
    for (const { pipeline, arms, settings, supplement } of PLAN) {
      const { experiment } = await loadPipeline(pipeline);
      const hyper = resolveHyper(experiment, "small", { ...settings, ...supplement?.hyper });
      for (const arm of Object.keys(chooseArms(experiment, hyper, arms))) {
        trials.push(`${pipeline} ${arm} ${JSON.stringify(hyper)}`);
      }
    }
    expect(new Set(trials).size).toBe(trials.length);
  });
});

it("trains what the store lacks, goes on after an interruption, judges and writes the report", async () => {
  const cwd = temporaryFolder();
  const place = { cwd, cifar10: tinyCifar10(cwd) };
  const args = [
    "reproduce",
    "--scale",
    "smoke",
    "--only",
    "7,C21",
    "--no-serve",
    "--store",
    "p.duckdb",
    "--out",
    "out",
  ];

  const stopped = start([...args, "--seeds", "2", "--jobs", "1"], place);
  await stopped.seen("completed");
  stopped.child.kill("SIGINT");
  const first = await stopped.ended;
  expect(first.code).toBe(130);
  expect(first.stderr).toMatch(/1 of 1: theory, learningRate 0.1: 4 to train\n[^]*stopped; call it again to go on\n$/);
  expect(existsSync(join(cwd, "out"))).toBe(false);

  const second = await start([...args, "--seeds", "2"], place).ended;
  expect(second.code, second.stderr).toBe(0);
  const [, missing, there] = /1 of 1: theory, learningRate 0.1: (\d) to train, (\d) in the store/.exec(second.stderr)!;
  expect(Number(missing) + Number(there)).toBe(4);
  expect(Number(there)).toBeGreaterThan(0);
  expect(second.stdout).toMatch(
    /^\n✔ C21 {2}reproduced {6}The theorems hold [^]*\n1 reproduced, 0 not reproduced, 0 not testable\n/,
  );
  expect(second.stdout).toContain("Report: out/index.html and report.md, 1 figures of 4 runs.");

  const third = await start([...args, "--seeds", "2"], place).ended;
  expect(third.stderr).toContain("1 of 1: theory, learningRate 0.1: 0 to train, 4 in the store");
  expect(third.stdout).toBe(second.stdout);
  const runs = await rowsOf(join(cwd, "p.duckdb"), "SELECT arm, seed FROM run WHERE status = 'completed' ORDER BY ALL");
  expect(runs).toEqual([0, 1].flatMap((seed) => [["mlp", seed], ["vgg", seed]]).sort()); // prettier-ignore
  const again = await rowsOf(
    join(cwd, "p.duckdb"),
    `SELECT count(*)::INTEGER, count(*) FILTER (attempt = 2) = (SELECT count(*) FROM event WHERE name = 'resumed') FROM run`,
  );
  // What was interrupted is the same run, gone on with.
  expect(again).toEqual([[4, true]]);
  const claim = "SELECT verdict FROM claim WHERE claim_id = 'C21' AND scale = 'smoke'";
  expect(await rowsOf(join(cwd, "p.duckdb"), claim)).toEqual([["reproduced"]]);

  const page = readFileSync(join(cwd, "out/index.html"), "utf8");
  expect(page).toContain("C21");
  expect(page).toContain("Figure 7");
  expect(existsSync(join(cwd, "out/figures/7.svg"))).toBe(true);

  // A run of another network is not this one's.
  const store = await DuckDBInstance.create(join(cwd, "p.duckdb"));
  const connection = await store.connect();
  await connection.run("UPDATE run SET network = 'vgg of before' WHERE arm = 'vgg' AND seed = 1");
  connection.closeSync();
  store.closeSync();
  const fourth = await start([...args, "--seeds", "2"], place).ended;
  expect(fourth.stderr).toContain("1 of 1: theory, learningRate 0.1: 1 to train, 3 in the store");
});

it("ends in time with --for, brings the plan forward each time, and says what is left", async () => {
  const cwd = temporaryFolder();
  const place = { cwd, cifar10: tinyCifar10(cwd) };
  const args = ["reproduce", "--scale", "smoke", "--only", "C21", "--seeds", "2", "--jobs", "1"];
  const call = (time: string) => start([...args, "--for", time, "--no-serve", "--store", "p.duckdb"], place).ended;

  const first = await call("1s");
  expect(first.code, first.stderr).toBe(4);
  expect(first.stderr).toMatch(/: 4 to train\n/);
  expect(first.stderr).toMatch(/time is up, [1-3] trials are left; call it again to go on\n$/);
  const left = Number(/, (\d) trials/.exec(first.stderr)![1]);

  const second = await call("1s");
  expect(second.stderr).toMatch(new RegExp(`: ${left} to train, ${4 - left} in the store, about `));

  const last = await call("2h");
  expect(last.code, last.stderr).toBe(0);
  expect(last.stdout).toContain("1 reproduced, 0 not reproduced");
  const runs = await rowsOf(join(cwd, "p.duckdb"), "SELECT count(*)::INTEGER FROM run WHERE status = 'completed'");
  expect(runs).toEqual([[4]]);
});

it("says of trials that somebody skipped that they were, and trains them when it is called again", async () => {
  const cwd = temporaryFolder();
  const place = { cwd, cifar10: tinyCifar10(cwd) };
  const args = ["reproduce", "--scale", "smoke", "--only", "C21", "--seeds", "1", "--jobs", "1", "--store", "p.duckdb"];
  const first = start([...args, "--port", "0", "--token", "who-brings-this-may"], place);
  const client = new RawClient(await waitFor(() => /live: (http\S+)/.exec(first.shown())![1]!));
  const declared = () => client.of("declared").flatMap(({ declarations }) => declarations);
  await waitFor(() => expect(declared().length).toBeGreaterThan(0));
  client.say({ type: "control", id: 1, action: "skip", declaration: declared()[0]!.id, arm: "vgg", seed: 0 });
  await waitFor(() => expect(client.of("done")).toHaveLength(1));
  const { code, stderr } = await first.ended;
  expect(code, stderr).toBe(4);
  expect(stderr).toMatch(/\n1 trial is left that somebody skipped; call it again to go on\n$/);
  const again = await start([...args, "--no-serve"], place).ended;
  expect(again.code, again.stderr).toBe(0);
});

it("is reported on and checked without training, from an archive too", async () => {
  const cwd = temporaryFolder();
  const place = { cwd, cifar10: tinyCifar10(cwd) };
  const call = (...args: string[]) => start(args, place).ended;
  const asked = ["--scale", "smoke", "--only", "7,C21"];
  const trained = await call("reproduce", ...asked, "--seeds", "1", "--no-serve", "--store", "p.duckdb");
  expect(trained.code, trained.stderr).toBe(0);
  expect((await call("export", "shipped", "--store", "p.duckdb")).code).toBe(0);

  const reported = await call("report", ...asked, "--store", "shipped", "--out", "page");
  expect(reported).toMatchObject({ code: 0, stderr: "" });
  const verdicts = (text: string) => text.slice(0, text.indexOf("\nReport:"));
  expect(verdicts(reported.stdout)).toBe(verdicts(trained.stdout));
  expect(readFileSync(join(cwd, "page/index.html"), "utf8")).toContain("C21");

  for (const store of ["shipped", "p.duckdb"]) {
    const checked = await call("reproduce", "--check", ...asked, "--store", store);
    expect(checked).toMatchObject({ code: 0, stderr: "" });
    expect(checked.stdout).toMatch(/^✔ C21 {2}reproduced .* as filed\n\n1 of 1 as filed\n$/);
  }
  const store = await DuckDBInstance.create(join(cwd, "p.duckdb"));
  const connection = await store.connect();
  await connection.run("UPDATE claim SET measured = measured * 1.01");
  connection.closeSync();
  store.closeSync();
  const differing = await call("reproduce", "--check", ...asked, "--store", "p.duckdb");
  expect(differing.code).toBe(1);
  expect(differing.stdout).toMatch(/^✘ C21 {2}reproduced .* filed: reproduced, /);
  expect(differing.stderr).toBe("gradstream: C21: not as filed at scale smoke in p.duckdb\n");

  const unfiled = await call("reproduce", "--check", "--scale", "paper", "--store", "shipped");
  expect(unfiled).toMatchObject({ code: 2, stdout: "" });
  expect(unfiled.stderr).toBe(
    "gradstream: --scale paper: no verdict was filed at this scale in shipped; there are verdicts at smoke\n",
  );

  const other = await call("report", ...asked, "--store", "shipped", "--hyper", "width=64");
  expect(other).toMatchObject({ code: 2, stdout: "" });
  expect(other.stderr).toBe("gradstream: shipped has no run with width=64; gradstream runs lists them\n");
});

it("reports on runs that are apart in a folder of their own", async () => {
  const cwd = temporaryFolder();
  const place = { cwd, cifar10: tinyCifar10(cwd) };
  const call = (...args: string[]) => start(args, place).ended;
  const run = ["run", "learning-rates", "--scale", "smoke", "--arm", "batchNorm", "--no-serve"];
  expect((await call(...run, "--store", "p.duckdb")).code).toBe(0);
  const report = ["report", "--only", "full-width", "--store", "p.duckdb", "--out", "page"];
  expect((await call(...report)).stderr).toBe("gradstream: p.duckdb has no runs of full-width yet\n");

  // As if it had been the paper's own width.
  const store = await DuckDBInstance.create(join(cwd, "p.duckdb"));
  const connection = await store.connect();
  await connection.run(`UPDATE run SET hyper = json_merge_patch(hyper, '{"width": 64, "steps": 300}'::JSON)`);
  connection.closeSync();
  store.closeSync();
  const reported = await call(...report);
  expect(reported.stdout).toContain("Report: page/full-width/index.html and report.md, 6 figures of 1 runs.");
  const page = readFileSync(join(cwd, "page/full-width/index.html"), "utf8");
  expect(page).toContain("<h1>The First 300 Steps at Full Width: How Does Batch Normalization Help Optimization?</h1>");
  expect(page).toContain("Figure 1a");
  expect(page).not.toContain("Figure 1b");
  expect(existsSync(join(cwd, "page/index.html"))).toBe(false);

  const whole = await call("report", "--only", "1", "--store", "p.duckdb", "--out", "page");
  expect(whole.stdout).not.toContain("full-width");
});
