import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { rowsOf } from "../../fixtures/command-line.ts";
import { temporaryFolder } from "../../fixtures/runs.ts";
import { NO_SLURM, startSlurm, type SlurmCluster } from "../../fixtures/slurm-cluster.ts";
import { checkpointed, filesOf, slowSweep } from "../../fixtures/sweep-command.ts";
import { describeUnless } from "../../fixtures/unless.ts";
import { waitFor } from "../../fixtures/wait.ts";

describeUnless(NO_SLURM, "gradstream sweep --slurm", () => {
  let cluster: SlurmCluster;
  beforeAll(async () => {
    cluster = await startSlurm();
  });
  afterAll(() => cluster.close());

  it("trains each trial once, also one whose task Slurm takes away and starts again", async () => {
    const cwd = temporaryFolder();
    const one = slowSweep("6,8,10", ["--slurm"], { cwd, env: { SLURM_CONF: cluster.conf } });
    await checkpointed(cwd, 1);
    const jobs = () => cluster.ask("squeue", "--noheader", "--array", "--format=%i %T");
    // The folder of an attempt names its task; another one may not have come to a checkpoint yet.
    const [, array, index] = /\d+-(\d+)_(\d+)_0_[^/]*\/checkpoint-\d+\.json/.exec(filesOf(cwd).join("\n"))!;
    const job = `${array}_${index}`;
    await cluster.ask("scontrol", "requeue", job);
    // Slurm lets a job that it takes back wait for two minutes.
    await waitFor(async () => {
      expect(await jobs()).toMatch(new RegExp(`^${job} PENDING`, "m"));
      await cluster.ask("scontrol", "update", `JobId=${job}`, "StartTime=now");
    });
    const { code, stderr } = await one.ended;
    expect(code, stderr).toBe(0);
    const store = join(cwd, "s.duckdb");
    expect(await rowsOf(store, "SELECT state, count(*)::INTEGER FROM trial GROUP BY ALL")).toEqual([["completed", 3]]);
    expect(await rowsOf(store, "SELECT status, count(*)::INTEGER FROM run GROUP BY ALL")).toEqual([["completed", 3]]);
    expect(await rowsOf(store, "SELECT engine, state FROM sweep")).toEqual([["slurm", "completed"]]);
    const later = "SELECT attempt, from_step > 0 FROM attempt WHERE state = 'committed' AND attempt > 1";
    expect(await rowsOf(store, later)).toEqual([[2, true]]);
  });
});
