import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { ExperimentClaim, ExperimentClaims } from "../../src/experiment/claim.ts";
import { fileVerdicts, judgeClaims } from "../../src/paper/judge.ts";
import { checkOwnClaims, judgeOwnClaims } from "../../src/paper/own-claims.ts";
import { PAPER_EXTENSIONS, PAPERS } from "../../src/paper/papers.ts";
import { SANTURKAR_2018 } from "../../src/paper/santurkar-2018/paper.ts";
import { writeArchive } from "../../src/store/archive/write-archive.ts";
import { openStore } from "../../src/store/open-store.ts";
import { openTogether } from "../../src/store/open-together.ts";
import { records, type Row } from "../../src/store/records.ts";
import type { Store } from "../../src/store/store.ts";
import { emptyStore, type OurReading, record } from "../fixtures/paper-runs.ts";
import { rejection, temporaryFolder } from "../fixtures/runs.ts";

const EXPERIMENT = "mine, second";
const ARMS = ["it's plain", 'far "too" fast'];
const [PLAIN, FAST] = ARMS as [string, string];

/** Losses of two steps, the second of which is `last`. */
const losses = (last: number): readonly OurReading[] => [
  [0, "loss", "loss", 2],
  [9, "loss", "loss", last],
];

const MEDIAN = `SELECT seed, max(value) AS value FROM reading WHERE arm = 'it''s plain' AND step = 9 GROUP BY seed`;

const claim = (sql: string, rest: Partial<ExperimentClaim> = {}): ExperimentClaim => ({
  statement: "It is small.",
  seeds: 1,
  measures: [{ what: "last loss", arms: [PLAIN], sql, atMost: 1, why: "So it is asked." }],
  ...rest,
});

/** A store with runs of two arms at these seeds, one of which diverged; gives their ids too. */
async function twoArms(...seeds: number[]): Promise<{ readonly store: Store; readonly runs: readonly string[] }> {
  const store = await emptyStore();
  const runs: string[] = [];
  for (const seed of seeds) {
    const about = { experiment: EXPERIMENT, seed, steps: 10, hyper: { rate: 0.5 }, dataset: "shapes10" };
    runs.push(await record(store, { ...about, arm: PLAIN }, losses(seed / 10)));
    runs.push(await record(store, { ...about, arm: FAST, diverged: true }, [[0, "loss", "loss", 2]]));
  }
  return { store, runs };
}

const judge = (store: Store, claims: ExperimentClaims, runs: readonly string[]) =>
  judgeOwnClaims(store, { experiment: EXPERIMENT, claims, arms: ARMS }, PAPERS, { runs, scale: "quick" });

const filed = (store: Store): Promise<Row[]> => records(store, "FROM claim ORDER BY experiment, claim_id");

describe("a pipeline's claims", () => {
  it("are judged as the paper's are, by the median over seeds, and filed with who claims them", async () => {
    const { store, runs } = await twoArms(0, 1, 2);
    const claims = { "it's small": claim(MEDIAN, { seeds: 3, source: "nobody, 2024" }) };
    const [result] = await judge(store, claims, runs);
    expect(result).toMatchObject({ claimId: "it's small", verdict: "reproduced", detail: "median of seeds 0, 1, 2" });
    expect(result!.measures[0]).toMatchObject({ measured: 0.1, low: 0, high: 0.2, threshold: 1, passed: true });
    expect(await filed(store)).toMatchObject([
      { experiment: EXPERIMENT, claim_id: "it's small", statement: "It is small.", source: "nobody, 2024" },
    ]);
    // The next judging takes the place of this one.
    await judge(store, claims, runs.slice(0, 2));
    const [again] = await filed(store);
    expect([again!["verdict"], again!["detail"]]).toEqual([
      "not testable",
      `last loss: ≤ 1. 1 seed of ${EXPERIMENT}; 3 are asked for; seed 0`,
    ]);
    await judge(store, { renamed: claim(MEDIAN) }, runs);
    expect((await filed(store)).map((row) => row["claim_id"])).toEqual(["renamed"]);
    expect((await records(store, "FROM claim_measure")).map((row) => row["claim_id"])).toEqual(["renamed"]);
  });

  it("see the runs judged and no others, with what these trained on beside", async () => {
    const { store, runs } = await twoArms(0, 1);
    const about = { experiment: EXPERIMENT, seed: 0, steps: 10, hyper: { rate: 9 } };
    await record(store, { ...about, arm: PLAIN, runId: "another" }, losses(100));
    for (const run of [runs[0]!, runs[2]!])
      await store.append(run, [{ kind: "event", step: 3, at: 0, level: "info", name: "noted", message: "m" }]);
    await store.flush();
    const all = `SELECT seed, (hyper ->> 'rate')::DOUBLE + max(value) AS value FROM reading JOIN run USING (run_id, seed, hyper)
      WHERE reading.steps = 10 AND run.learning_rate IS NULL GROUP BY seed, hyper; `;
    const events = "SELECT seed, step AS value FROM event -- of these runs";
    const results = await judge(store, { all: claim(all), events: claim(events) }, runs);
    expect(results.map(({ measures }) => [measures[0]!.measured, measures[0]!.seeds?.all])).toEqual([[2.5, 2], [3, 2]]); // prettier-ignore
  });

  it("count runs that diverged, and say which arms have no run", async () => {
    const { store, runs } = await twoArms(0);
    const sql = `SELECT seed, max(step) / any_value(steps) AS value FROM reading WHERE status = 'diverged' GROUP BY seed`;
    const early = claim(sql, { measures: [{ what: "how far", arms: [FAST], sql, below: 0.5, why: "Half." }] });
    expect(await judge(store, { early }, runs)).toMatchObject([{ verdict: "reproduced" }]);
    const [untested] = await judge(store, { early }, runs.slice(0, 1));
    expect(untested).toMatchObject({ verdict: "not testable", detail: `no runs of ${EXPERIMENT} in ${FAST}` });
  });

  it("are not testable with fewer seeds, shorter runs, other data or SQL that fails, and those beside them are judged", async () => {
    const { store, runs } = await twoArms(0, 1);
    const claims = {
      seeds: claim(MEDIAN, { seeds: 3 }),
      steps: claim(MEDIAN, { steps: 11 }),
      dataset: claim(MEDIAN, { dataset: "cifar10" }),
      none: claim("SELECT seed, value FROM reading WHERE stat = 'none'"),
      nulls: claim("SELECT seed, NULL AS value FROM run GROUP BY seed"),
      several: claim("SELECT seed, value FROM reading WHERE step = 0"),
      failing: claim("SELECT DISTINCT seed, 'x' AS value FROM run"),
    };
    const results = await judge(store, { ...claims, small: claim(MEDIAN) }, runs);
    expect(results.map(({ verdict }) => verdict)).toEqual([
      ...Object.keys(claims).map(() => "not testable"),
      "reproduced",
    ]);
    expect(results.slice(0, -1).map(({ detail }) => detail)).toEqual([
      `2 seeds of ${EXPERIMENT}; 3 are asked for; median of seeds 0, 1`,
      `runs of ${EXPERIMENT} of 10 steps; 11 are asked for`,
      `runs of ${EXPERIMENT} on shapes10; the claim is about cifar10; median of seeds 0, 1`,
      "last loss: readings are missing",
      "last loss: no number at seed 0, 1",
      "last loss: its SQL gives several rows of seed 0; one (seed, value) is asked for",
      "last loss: its SQL fails: Conversion Error: Could not convert string 'x' to DOUBLE when casting from source column value",
    ]);
    expect(await store.query("SELECT count(*)::INTEGER FROM run")).toMatchObject({ rows: [[4]] });
  });

  it("have two measures where a number has a bound on both sides", async () => {
    const { store, runs } = await twoArms(0);
    const measures = [{ what: "last loss", arms: [PLAIN], sql: MEDIAN, atLeast: 0.5, atMost: 1, why: "Both." }];
    const [result] = await judge(store, { between: claim(MEDIAN, { measures }) }, runs);
    expect(result!.verdict).toBe("not reproduced");
    expect(result!.measures.map(({ passes, threshold, passed }) => [passes, threshold, passed])).toEqual([
      ["at least", 0.5, false],
      ["at most", 1, true],
    ]);
  });
});

describe("before anything is trained", () => {
  const check = async (sql: string, id = "small", experiment = EXPERIMENT) =>
    checkOwnClaims(await emptyStore(), { experiment, claims: { [id]: claim(sql) }, arms: ARMS }, PAPERS);

  it("SQL that DuckDB does not understand is refused by claim and measure, in one line", async () => {
    await check(MEDIAN);
    const refused = 'claims.small: "last loss": its SQL gives no rows (seed, value): ';
    expect((await rejection(check("SELECT seed, value FROM readings"))).message).toBe(
      `${refused}Catalog Error: Table with name readings does not exist, did you mean "reading"?`,
    );
    expect((await rejection(check("SELECT arm, value FROM reading"))).message).toMatch(/Binder Error: .*"seed"/);
    expect((await rejection(check("SELECT seed value FROM"))).message).toMatch(/Parser Error/);
  });

  it("a claim may not have the name of a paper's on the same runs", async () => {
    await check(MEDIAN, "C1");
    expect((await rejection(check(MEDIAN, "C1", "landscape"))).message).toBe(
      "claims.C1: santurkar-2018 has a claim C1, and runs of landscape; give it another name",
    );
  });
});

describe("verdicts", () => {
  it("stand beside the paper's on the same experiment, each by its own", async () => {
    const store = await emptyStore();
    const run = await record(store, { experiment: "landscape", arm: PLAIN, seed: 0, steps: 10 }, losses(0));
    await fileVerdicts(store, SANTURKAR_2018, await judgeClaims(store, SANTURKAR_2018), "quick");
    const own = { experiment: "landscape", claims: { mine: claim(MEDIAN) }, arms: [PLAIN] };
    await judgeOwnClaims(store, own, PAPERS, { runs: [run], scale: "quick" });
    const rows = await records(store, "SELECT claim_id, statement, source FROM claim");
    expect(rows).toHaveLength(22);
    expect(rows.find((row) => row["claim_id"] === "C12")).toMatchObject({
      statement: expect.stringMatching(/./) as string,
      source: "How Does Batch Normalization Help Optimization?",
    });
    expect(rows.find((row) => row["claim_id"] === "mine")).toMatchObject({ statement: "It is small.", source: null });
  });

  it("of a store of before have no statement, and get one when they are judged again", async () => {
    const path = join(temporaryFolder(), "old.duckdb");
    const [open, about] = [
      () => openStore(path, { extensions: PAPER_EXTENSIONS }),
      { experiment: EXPERIMENT, steps: 10 },
    ];
    const before = await open();
    const run = await record(before, { ...about, arm: PLAIN, seed: 0 }, losses(0));
    await judge(before, { small: claim(MEDIAN) }, [run]);
    for (const column of ["statement", "source"]) await before.query(`ALTER TABLE claim DROP COLUMN ${column}`);
    await before.query("UPDATE extension_version SET version = '2' WHERE extension = 'papers' AND part = 'tables'");
    for (const encoding of ["parquet", "csv", "jsonl"] as const) {
      const folder = join(temporaryFolder(), encoding);
      await writeArchive(before, folder, {
        machine: "m",
        host: "h",
        versions: {},
        tables: ["claim", "claim_measure"],
        encoding,
      });
      const archive = await openStore(folder, { extensions: PAPER_EXTENSIONS, readOnly: true });
      expect(await filed(archive), encoding).toMatchObject([
        { claim_id: "small", verdict: "reproduced", statement: null },
      ]);
      await archive.close();
    }
    await before.close();
    const after = await open();
    onTestFinished(() => after.close());
    expect(await filed(after)).toMatchObject([{ claim_id: "small", statement: null, source: null }]);
    await judge(after, { small: claim(MEDIAN) }, [run]);
    const folder = join(temporaryFolder(), "archive");
    await writeArchive(after, folder, { machine: "m", host: "h", versions: {}, tables: ["claim", "claim_measure"] });
    const archive = await openStore(folder, { extensions: PAPER_EXTENSIONS, readOnly: true });
    expect(await filed(archive)).toMatchObject([{ claim_id: "small", statement: "It is small." }]);
    await archive.close();
    // Two that hold the same verdict hold it once together.
    const sources = ["one", "other"].map((name) => ({ name, file: folder, isArchive: true }));
    const together = await openTogether(sources, PAPER_EXTENSIONS);
    expect(await filed(together)).toMatchObject([{ claim_id: "small", statement: "It is small." }]);
    await together.close();
  });
});
