import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { pipeline, rowsOf, runEach, smallCifar10, start, type Started } from "../../fixtures/command-line.ts";
import { temporaryFolder } from "../../fixtures/runs.ts";
import { filesOf } from "../../fixtures/sweep-command.ts";
import { childrenOf } from "../../fixtures/sweeps.ts";
import { waitFor } from "../../fixtures/wait.ts";

const COMMON = ["--backend", "cpu", "--data", "cifar10", "--no-serve", "--store", "s.duckdb"];
/** Trials of the pipeline in which everything remembers something, slow enough to be hit. */
const SLOW = ["--arm", "plain", "--set", "steps=60", "--set", "pause=15", "--checkpoint-every", "5 steps"];

const RESULTS = `SELECT run.hyper ->> 'size' AS size, seed, step, probe, stat, layer, value FROM reading JOIN run USING (run_id)
  WHERE probe <> 'timing' AND NOT starts_with(probe, 'cost/') ORDER BY ALL`;
const TRIALS = "SELECT state, count(*)::INTEGER FROM trial GROUP BY ALL ORDER BY ALL";
const RUNS = "SELECT status, count(*)::INTEGER FROM run GROUP BY ALL ORDER BY ALL";

const sweep = (cwd: string, ...args: string[]): Started =>
  start(["sweep", ...args, ...COMMON], { cwd, cifar10: smallCifar10() });

const hasCheckpoint = (cwd: string): boolean => filesOf(cwd).some((name) => /checkpoint-\d+\.json$/.test(name));

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** The readings of these trials when nothing happens to them: of plain runs. */
async function undisturbed(sizes: readonly string[]): Promise<readonly unknown[]> {
  const cwd = temporaryFolder();
  const of = (size: string) => [
    "run",
    pipeline("resumable"),
    ...SLOW,
    "--set",
    `size=${size}`,
    "--set",
    "pause=0",
    ...COMMON,
  ];
  await runEach(
    sizes.map((size) => ({ args: of(size), env: { CIFAR10_DIR: smallCifar10() } })),
    cwd,
  );
  return rowsOf(join(cwd, "s.duckdb"), RESULTS);
}

describe("gradstream sweep", () => {
  it("trains a grid in processes of its own, and what is recorded never again", async () => {
    const cwd = temporaryFolder();
    const args = [pipeline("resumable"), "--grid", "size=8,10", "--arm", "plain", "--set", "steps=10", "--jobs", "2"];
    const first = await sweep(cwd, ...args, "--seeds", "2").ended;
    expect(first.stderr).toMatch(/sweep \S+: 4 trials to train, 2 at a time, into s\.duckdb/);
    expect(first.code, first.stderr).toBe(0);
    expect(first.stdout).toMatch(/plain +10 +2 +2/);
    const store = join(cwd, "s.duckdb");
    expect(await rowsOf(store, TRIALS)).toEqual([["completed", 4]]);
    expect(await rowsOf(store, RUNS)).toEqual([["completed", 4]]);
    expect(await rowsOf(store, "SELECT state, attempt FROM attempt")).toEqual(Array(4).fill(["committed", 1]));
    expect(await rowsOf(store, "SELECT count(DISTINCT worker)::INTEGER FROM attempt")).toEqual([[2]]);
    expect(await rowsOf(store, "SELECT DISTINCT run.sweep_id = sweep.sweep_id FROM run, sweep")).toEqual([[true]]);
    expect(await rowsOf(store, "SELECT count(*)::INTEGER FROM sweep_result WHERE final_loss > 0")).toEqual([[4]]);
    expect(filesOf(cwd)).toEqual([]);

    const second = await sweep(cwd, ...args, "--seeds", "2").ended;
    expect(second.stderr).toContain("all 4 trials are recorded already, by this code");
    expect(second.code).toBe(0);
    const third = await sweep(cwd, ...args, "--seeds", "3", "--json").ended;
    expect(third.stderr).toMatch(/2 trials to train, 4 recorded already/);
    expect(JSON.parse(third.stdout)).toHaveLength(6);
    expect(await rowsOf(store, RUNS)).toEqual([["completed", 6]]);
    expect(await rowsOf(store, TRIALS)).toEqual([["completed", 10]]);
  });

  it.skipIf(process.platform !== "linux")(
    "tries a trial again from its checkpoint whose process was killed, and reads what an undisturbed one does",
    async () => {
      const cwd = temporaryFolder();
      const one = sweep(cwd, pipeline("resumable"), "--grid", "size=8,10", ...SLOW, "--jobs", "1");
      await waitFor(() => expect(hasCheckpoint(cwd)).toBe(true));
      const [child] = childrenOf(one.child.pid!);
      process.kill(child!, "SIGKILL");
      const { code, stderr } = await one.ended;
      expect(code, stderr).toBe(0);
      expect(stderr).toMatch(/plain size=8: attempt 1 failed: its process was ended by SIGKILL; it is tried again/);
      const store = join(cwd, "s.duckdb");
      expect(await rowsOf(store, RUNS)).toEqual([["completed", 2]]);
      expect(await rowsOf(store, TRIALS)).toEqual([["completed", 2]]);
      const attempts = await rowsOf(store, "SELECT attempt, state, from_step > 0 FROM attempt ORDER BY ALL");
      expect(attempts).toEqual([
        [1, "committed", null],
        [1, "failed", null],
        [2, "committed", true],
      ]);
      expect(await rowsOf(store, RESULTS)).toEqual(await undisturbed(["8", "10"]));
    },
  );

  it.skipIf(process.platform !== "linux")(
    "goes on after its own death with what there is: nothing twice, nothing lost, and nobody trains on",
    async () => {
      const cwd = temporaryFolder();
      const args = [pipeline("resumable"), ...SLOW, "--jobs", "2"];
      const one = sweep(cwd, ...args, "--grid", "size=6,8,10");
      await waitFor(() => expect(hasCheckpoint(cwd)).toBe(true));
      const children = childrenOf(one.child.pid!);
      expect(children).toHaveLength(2);
      one.child.kill("SIGKILL");
      await one.ended;
      await waitFor(() => expect(children.filter(isAlive)).toEqual([]));
      const again = await sweep(cwd, pipeline("resumable"), "--resume", "--jobs", "2").ended;
      expect(again.code, again.stderr).toBe(0);
      const store = join(cwd, "s.duckdb");
      expect(await rowsOf(store, RUNS)).toEqual([["completed", 3]]);
      expect(await rowsOf(store, TRIALS)).toEqual([["completed", 3]]);
      expect(await rowsOf(store, "SELECT count(*)::INTEGER, min(state) FROM sweep")).toEqual([[1, "completed"]]);
      expect(await rowsOf(store, "SELECT count(*) > 0 FROM attempt WHERE from_step > 0")).toEqual([[true]]);
      expect(await rowsOf(store, RESULTS)).toEqual(await undisturbed(["6", "8", "10"]));
      expect(filesOf(cwd)).toEqual([]);
    },
  );

  it("stops at an interruption with a checkpoint, says how to go on, and does", async () => {
    const cwd = temporaryFolder();
    const place = ["--place", "s.duckdb.sweeps/own"];
    const one = sweep(cwd, pipeline("resumable"), "--grid", "size=8,10", ...SLOW, "--jobs", "2", ...place);
    await waitFor(() => expect(hasCheckpoint(cwd)).toBe(true));
    one.child.kill("SIGINT");
    const { code, stderr } = await one.ended;
    expect(code).toBe(130);
    expect(stderr).toMatch(
      /interrupted; gradstream sweep \S+resumable.ts --store s.duckdb --place \S+s.duckdb.sweeps.own'? --resume goes on/,
    );
    const store = join(cwd, "s.duckdb");
    expect(await rowsOf(store, "SELECT state FROM sweep")).toEqual([["interrupted"]]);
    expect(await rowsOf(store, RUNS)).toEqual([["interrupted", 2]]);
    const again = await sweep(cwd, pipeline("resumable"), "--resume").ended;
    expect(again.code, again.stderr).toBe(0);
    expect(await rowsOf(store, RUNS)).toEqual([["completed", 2]]);
    expect(await rowsOf(store, "SELECT state, count(*)::INTEGER FROM attempt GROUP BY ALL ORDER BY ALL")).toEqual([
      ["committed", 2],
      ["interrupted", 2],
    ]);
    expect(await rowsOf(store, "SELECT count(*) > 0 FROM attempt WHERE from_step > 0")).toEqual([[true]]);
    expect(await rowsOf(store, RESULTS)).toEqual(await undisturbed(["8", "10"]));
    // It went on where its results were, and that folder is its user's.
    expect(filesOf(cwd)).toEqual(["own"]);
  });

  it("reports a trial that fails again and again, trains the others, and tries it again when it is asked to", async () => {
    const cwd = temporaryFolder();
    const grid = ["--grid", "arm=good,throwing,diverging", "--jobs", "2", "--retries", "1"];
    const { code, stderr, stdout } = await sweep(cwd, pipeline("mishaps"), ...grid).ended;
    expect(code, stderr).toBe(1);
    expect(stdout).toContain("throwing failed: boom in an operator");
    expect(stderr).toMatch(/throwing: attempt 1 failed: boom in an operator.*; it is tried again/);
    expect(stderr).toMatch(/some trials failed; gradstream sweep \S+ --store s.duckdb --only-failed tries them again/);
    const store = join(cwd, "s.duckdb");
    expect(await rowsOf(store, "SELECT arm, state, attempts FROM trial ORDER BY arm")).toEqual([
      ["diverging", "completed", 1],
      ["good", "completed", 1],
      ["throwing", "failed", 2],
    ]);
    expect(await rowsOf(store, "SELECT arm, state FROM sweep_result ORDER BY arm")).toEqual([
      ["diverging", "diverged"],
      ["good", "completed"],
      ["throwing", "failed"],
    ]);
    expect(await rowsOf(store, "SELECT arm, status FROM run ORDER BY arm")).toEqual([
      ["diverging", "diverged"],
      ["good", "completed"],
      ["throwing", "failed"],
    ]);
    const resumed = await sweep(cwd, pipeline("mishaps"), "--resume").ended;
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(resumed.stderr).toMatch(/sweep \S+: 0 trials to train, 2 recorded already/);
    expect(resumed.stderr).toContain("1 failed before; --only-failed tries them again");
    expect(await rowsOf(store, "SELECT attempts FROM trial WHERE arm = 'throwing'")).toEqual([[2]]);
    // Of one whose run was removed nothing is left to take over: it is trained again.
    const prune = ["store", "prune", "--arm", "good", "--yes", "--store", "s.duckdb"];
    expect((await start(prune, { cwd }).ended).code).toBe(0);
    const pruned = await sweep(cwd, pipeline("mishaps"), "--resume").ended;
    expect(pruned.code, pruned.stderr).toBe(0);
    expect(await rowsOf(store, "SELECT state FROM sweep_result WHERE arm = 'good'")).toEqual([["completed"]]);
    const again = await sweep(cwd, pipeline("mishaps"), "--only-failed", "--retries", "0").ended;
    expect(again.code, again.stderr).toBe(1);
    expect(await rowsOf(store, "SELECT state, attempts FROM trial WHERE arm = 'throwing'")).toEqual([["failed", 3]]);
    expect(await rowsOf(store, RUNS)).toEqual([
      ["completed", 1],
      ["diverged", 1],
      ["failed", 1],
    ]);
  });

  it("goes through the rounds of a halving, and says which is best", async () => {
    const cwd = temporaryFolder();
    const args = ["--grid", "learningRate=0.0001,0.001,0.02,0.05", "--arm", "plain", "--halving", "loss", "--eta", "2"];
    const { code, stderr } = await sweep(cwd, pipeline("tiny"), ...args, "--jobs", "2").ended;
    expect(code, stderr).toBe(0);
    const store = join(cwd, "s.duckdb");
    const rungs = "SELECT rung, count(*)::INTEGER, min(hyper ->> 'steps') FROM trial GROUP BY ALL ORDER BY ALL";
    expect(await rowsOf(store, rungs)).toEqual([
      [0, 4, "5"],
      [1, 2, "10"],
      [2, 1, "20"],
    ]);
    expect(stderr).toContain("rung 3 of 3: 1 candidates, 20 steps");
    const best = /best by loss: plain (\{.*\})/.exec(stderr)![1]!;
    const last = await rowsOf(store, "SELECT hyper ->> 'learningRate' FROM trial WHERE rung = 2");
    expect([[String((JSON.parse(best) as { learningRate: number }).learningRate)]]).toEqual(last);
    // The best of each round by what the store has of it.
    const [[first]] = (await rowsOf(
      store,
      `SELECT hyper ->> 'learningRate' FROM trial JOIN (SELECT run_id, avg(value) AS loss FROM (FROM reading
         WHERE stat = 'loss' QUALIFY row_number() OVER (PARTITION BY run_id ORDER BY step DESC) <= 10) GROUP BY run_id)
       USING (run_id) WHERE rung = 1 ORDER BY loss LIMIT 1`,
    )) as [[string]];
    expect([[first]]).toEqual(last);

    const repeated = await sweep(cwd, pipeline("tiny"), ...args, "--json").ended;
    expect(JSON.parse(repeated.stdout)).toHaveLength(7);
    const typo = args.map((arg) => (arg === "loss" ? "lost" : arg));
    const refused = await sweep(cwd, pipeline("tiny"), ...typo).ended;
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/--halving lost: no trial of this rung has a final lost; its trials have .*loss/);
    // By that workers know that it is over.
    expect(filesOf(cwd).filter((file) => file.endsWith("sweep.json"))).toEqual([]);
  });

  it("knows its own results where the pipeline has data of its own", async () => {
    const cwd = temporaryFolder();
    const args = ["--grid", "learningRate=0.000001,0.1", "--set", "steps=8", "--halving", "loss", "--eta", "2"];
    const { code, stderr } = await sweep(cwd, "examples/regression", ...args).ended;
    expect(code, stderr).toBe(0);
    const store = join(cwd, "s.duckdb");
    expect(await rowsOf(store, "SELECT DISTINCT regexp_matches(dataset, '^own arrays@') FROM run")).toEqual([[true]]);
    const last = "SELECT DISTINCT hyper ->> 'learningRate' FROM trial WHERE rung = 1";
    expect(await rowsOf(store, last)).toEqual([["0.1"]]);
    const resumed = await sweep(cwd, "examples/regression", "--resume").ended;
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(await rowsOf(store, "SELECT max(attempts)::INTEGER FROM trial")).toEqual([[1]]);
  });

  it("stops early what is worse than the median, by the rules of the pipeline, and never trains it again by them", async () => {
    const cwd = temporaryFolder();
    const slowly = ["--set", "pause=50", "--jobs", "1"];
    const { code, stderr, stdout } = await sweep(cwd, pipeline("rates"), ...slowly).ended;
    expect(code, stderr).toBe(0);
    expect(stdout).toContain("1 trial was stopped early; their events say why.");
    const why =
      /plain learningRate=0.0001: (stopped early: at step \d+ loss was \S+, worse than \S+, the median of 3 trials)/;
    const message = why.exec(stderr)![1];
    const store = join(cwd, "s.duckdb");
    const trials = "SELECT hyper ->> 'learningRate', state, status, steps_done < 100 FROM sweep_result ORDER BY ALL";
    expect(await rowsOf(store, trials)).toEqual([
      ["0.0001", "stopped", "interrupted", true],
      ["0.1", "completed", "completed", false],
      ["0.12", "completed", "completed", false],
      ["0.14", "completed", "completed", false],
    ]);
    expect(await rowsOf(store, "SELECT level, message FROM event WHERE name = 'stopped_early'")).toEqual([
      ["info", message],
    ]);
    expect(await rowsOf(store, "SELECT state FROM sweep")).toEqual([["completed"]]);
    expect(filesOf(cwd)).toEqual([]);

    // As one leaves it that ended between its last result and its own end.
    const [[sweepId]] = (await rowsOf(store, "SELECT sweep_id FROM sweep")) as [[string]];
    mkdirSync(join(cwd, "s.duckdb.sweeps", sweepId, "started"), { recursive: true });
    for (const args of [slowly, ["--resume"]]) {
      const again = await sweep(cwd, pipeline("rates"), ...args).ended;
      expect(again.stderr).toContain("all 4 trials are recorded already, by this code");
      expect(again.code).toBe(0);
    }
    expect(filesOf(cwd)).toEqual([]);
    // Without the rule its result is missing.
    const whole = ["--grid", "learningRate=0.1,0.0001", "--set", "pause=50"];
    const last = await sweep(cwd, pipeline("rates"), ...whole).ended;
    expect(last.stderr).toMatch(/1 trials to train, 1 recorded already/);
    expect(await rowsOf(store, TRIALS)).toEqual([
      ["completed", 5],
      ["stopped", 1],
    ]);
    const run = "SELECT status FROM run WHERE hyper ->> 'learningRate' = '0.0001' ORDER BY ALL";
    expect(await rowsOf(store, run)).toEqual([["completed"], ["interrupted"]]);
  });

  it("refuses what makes no sense, in one line each, and leaves no sweep behind", async () => {
    const cwd = temporaryFolder();
    const queued = ["--grid", "size=1,2", "--queue", "redis://127.0.0.1:1/0"];
    const listening = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void listening.close());
    await once(listening, "listening");
    const { port: taken } = listening.address() as AddressInfo;
    const cases: readonly (readonly [readonly string[], string])[] = [
      [[], "sweep: nothing to sweep; give --grid key=a,b, or the pipeline a field sweep: { grid: … }"],
      [
        ["--grid", "rate=1,2"],
        '--grid: no hyper-parameter "rate"; there are arm, steps, hidden, size, learningRate, layer',
      ],
      [["--grid", "steps=5,10", "--halving", "loss"], "--halving: its rungs set steps, which --grid has too"],
      [["--grid", "learningRate="], "--grid learningRate=: a value of learningRate is empty"],
      [["--grid", "learningRate=fast"], "learningRate is a number"],
      [["--grid", "learningRate=1..2"], "a range is drawn from by --random <n>"],
      [["--grid", "arm=1..2", "--random", "3"], "arm is not a number and has no range"],
      [["--grid", "learningRate=1,2", "--set", "learningRate=3"], "learningRate is set beside it"],
      [["--grid", "steps=1,2", "--seeds", "600"], "sweep: these are 2400 trials; --yes trains them"],
      [
        [
          "--grid",
          `size=${Array.from({ length: 400 }, (_, i) => i + 1).join()}`,
          "--grid",
          `layer=${Array.from({ length: 400 }, (_, i) => i + 1).join()}`,
        ],
        "160000 combinations are more than 100000",
      ],
      [["--grid", "size=1,2", "--early-stop", "mean"], "--early-stop mean: it must be median or divergence"],
      [["--grid", "size=1,2", "--grace", "5"], "--grace: there is no rule; give --early-stop median too"],
      [["--resume"], "s.duckdb has no such sweep of tiny"],
      [["--resume", "--grid", "size=1"], "--grid: --resume goes on with what was planned; leave --grid out"],
      [["--resume", "--set", "size=1"], "--set: --resume goes on with what was planned"],
      [["--only-failed", "--early-stop", "median"], "--early-stop: --only-failed goes on with what was planned"],
      [["--only-failed", "--seed", "3"], "--seed: --only-failed goes on with what was planned"],
      [["--grid", "size=1,2", "--queue", "amqp://x"], "--queue: it must be redis://host:port"],
      [
        ["--grid", "size=1,2", "--slurm", "--jobs", "2"],
        "sweep: --jobs trains here, and with --slurm Slurm's tasks train",
      ],
      [["--grid", "size=1,2", "--slurm", "--sbatch=--array=0-3"], "--sbatch --array=0-3: gradstream sets --array"],
      [["--grid", "size=1,2", "--sbatch=--mem=4G"], "--sbatch --mem=4G: there is no task; give --slurm too"],
      [["--grid", "size=1,2", "--receive", "8300"], "--receive 8300: there is nobody to send; give --queue too"],
      [[...queued, "--receive", "here"], "--receive here: it must be a port up to 65535, or host:port"],
      [[...queued, "--receive", "70000"], "--receive 70000: it must be a port up to 65535, or host:port"],
      [[...queued, "--receive", `127.0.0.1:${taken}`], `--receive 127.0.0.1:${taken}: the port is taken`],
    ];
    const results = await runEach(
      cases.map(([args]) => ({
        args: ["sweep", pipeline("tiny"), ...args, ...COMMON],
        env: { CIFAR10_DIR: smallCifar10() },
      })),
      cwd,
    );
    for (const [i, [args, why]] of cases.entries()) {
      expect(results[i]!.stderr, args.join(" ")).toContain(why);
      expect(
        results[i]!.stderr.trim()
          .split("\n")
          .filter((line) => line.startsWith("gradstream: ")),
      ).toHaveLength(1);
      expect(results[i]!.code, args.join(" ")).toBe(2);
    }
    expect(await rowsOf(join(cwd, "s.duckdb"), "FROM sweep")).toEqual([]);
  });
});
