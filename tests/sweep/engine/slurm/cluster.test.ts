import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { Engine } from "../../../../src/sweep/engine/engine.ts";
import { slurmEngine, type SlurmOptions } from "../../../../src/sweep/engine/slurm/slurm-engine.ts";
import { NO_SLURM, saidIn, startSlurm, type SlurmCluster } from "../../../fixtures/slurm-cluster.ts";
import { describeUnless } from "../../../fixtures/unless.ts";
import { waitFor } from "../../../fixtures/wait.ts";

const REGISTER = new URL("../../../../src/run/register.js", import.meta.url).href;
const CHILD = fileURLToPath(new URL("../../../fixtures/slurm-child.ts", import.meta.url));
/** A trial that nobody ends in time. */
const FOREVER = 1_000_000;

describeUnless(NO_SLURM, "a sweep through Slurm", () => {
  let cluster: SlurmCluster;
  let home: string;
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), "slurm-sweep-"));
    cluster = await startSlurm();
    vi.stubEnv("SLURM_CONF", cluster.conf);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await cluster.close();
    rmSync(home, { recursive: true, force: true });
  });

  let sweeps = 0;
  /** Opens a sweep whose trials take so long at their first attempt, and at later ones. */
  function sweep(first: number, later: number, more: Partial<SlurmOptions> = {}) {
    const folder = join(home, `sweep-${sweeps++}`);
    const results = join(folder, "results");
    mkdirSync(results, { recursive: true });
    const options: SlurmOptions = {
      sweepId: `s${sweeps}`,
      folder: join(folder, "jobs"),
      command: [process.execPath, "--import", REGISTER, CHILD, results, String(first), String(later)],
      patienceMs: 60_000,
      ...more,
    };
    const engine = slurmEngine(options);
    const said = () => saidIn(results);
    const done = () => readdirSync(results).filter((name) => name.startsWith("result-"));
    return { engine, options, said, done };
  }
  const isOver = async (engine: Engine) => expect(await engine.open()).toEqual([]);
  const jobs = () => cluster.ask("squeue", "--noheader", "--array", "--format=%A %T");
  /** Slurm lets a job that it takes back wait for two minutes. */
  async function startNow(): Promise<void> {
    await waitFor(async () => {
      const [job] = /^\d+(?= PENDING)/m.exec(await jobs())!;
      await cluster.ask("scontrol", "update", `JobId=${job}`, "StartTime=now");
    });
  }

  it("trains each trial once, and knows which are open", async () => {
    const { engine, options, said, done } = sweep(200, 200, { trialsPerTask: 2 });
    const trials = ["a", "b", "c", "d", "e"];
    await engine.enqueue(trials);
    expect((await engine.open()).map(({ trialId }) => trialId).sort()).toEqual(trials);
    await engine.enqueue([...trials, "f"]);
    await waitFor(() => isOver(engine));
    expect(done()).toHaveLength(6);
    const claims = said().filter(({ kind }) => kind === "claimed");
    expect(claims.map(({ trialId }) => trialId).sort()).toEqual([...trials, "f"]);
    expect(claims.every(({ attempt }) => attempt === 1)).toBe(true);
    // Another process that opens the sweep knows the same, and trains nothing again.
    await slurmEngine(options).enqueue(trials);
    await isOver(engine);
    await waitFor(async () => expect(await jobs()).toBe(""));
  });

  it("goes on when Slurm takes a task away and starts it again", async () => {
    const { engine, said, done } = sweep(FOREVER, 0);
    await engine.enqueue(["a"]);
    const [first] = await waitFor(() => {
      expect(said()).toHaveLength(1);
      return said();
    });
    expect(await engine.open()).toEqual([{ trialId: "a", state: "claimed" }]);
    await cluster.ask("scontrol", "requeue", first!.token.split(".")[0]!);
    await waitFor(() => expect(said().map(({ kind }) => kind)).toContain("released"));
    await startNow();
    await waitFor(() => isOver(engine));
    expect(done()).toEqual(["result-a"]);
    const again = said().find(({ attempt }) => attempt === 2)!;
    expect(again.token).toBe(first!.token.replace(".0/a/1", ".1/a/2"));
  });

  it("stops a task before its time is up, and goes on in the next", async () => {
    const { engine, said, done } = sweep(FOREVER, 0, { graceS: 50, sbatch: ["--time=1"] });
    await engine.enqueue(["a"]);
    await waitFor(() => expect(said().map(({ kind }) => kind)).toEqual(["claimed", "released"]));
    await startNow();
    await waitFor(() => isOver(engine));
    expect(done()).toEqual(["result-a"]);
  });

  it("submits again what a task left that died, and says whose lease was lost", async () => {
    const { engine, said, done } = sweep(FOREVER, 0);
    const lost: unknown[] = [];
    engine.lost.subscribe((lease) => lost.push(lease));
    await engine.enqueue(["a"]);
    await waitFor(() => expect(said()).toHaveLength(1));
    process.kill(said()[0]!.pid, "SIGKILL");
    await waitFor(() => isOver(engine));
    expect(done()).toEqual([]);
    await engine.enqueue(["a"]);
    await waitFor(async () => {
      await engine.open();
      expect(done()).toEqual(["result-a"]);
    });
    await waitFor(() => isOver(engine));
    expect(said().map(({ kind, attempt }) => `${kind} ${attempt}`)).toEqual(["claimed 1", "claimed 2", "completed 2"]);
  });

  it("submits arrays of a thousand tasks, and withdraws what waits", async () => {
    const { engine } = sweep(0, 0, { sbatch: ["--hold"] });
    const trials = Array.from({ length: 2100 }, (_, i) => `t${i}`);
    await engine.enqueue(trials);
    expect((await jobs()).trim().split("\n")).toHaveLength(2100);
    expect(await engine.open()).toHaveLength(2100);
    await engine.withdraw(trials.slice(0, 2099));
    expect(await engine.open()).toEqual([{ trialId: "t2099", state: "waiting" }]);
    expect((await jobs()).trim().split("\n")).toHaveLength(1);
    await engine.withdraw(trials);
    await waitFor(async () => expect(await jobs()).toBe(""));
  });

  it("says what Slurm refuses", async () => {
    const { engine } = sweep(0, 0, { sbatch: ["--partition=nowhere"] });
    await expect(engine.enqueue(["a"])).rejects.toThrow(/^slurm: sbatch: error: .*partition/);
  });
});
