import { join } from "node:path";
import { expect, it } from "vitest";
import { pipeline, rowsOf, start, tinyCifar10 } from "../fixtures/command-line.ts";
import { temporaryFolder } from "../fixtures/runs.ts";

const CAUSES: Readonly<Record<string, readonly [status: string, message: string | RegExp]>> = {
  dropping: [
    "failed",
    /^activations: layer 2 \(linear\), step 0: the activations operator dropping gave 0 activations/,
  ],
  doubling: [
    "failed",
    /^activations: layer 1 \(linear\), step 0: the activations operator doubling gave 2 activations/,
  ],
  delaying: ["failed", /^activations: layer 1 \(linear\), step 0: the activations operator gave 0 .* delayed/],
  diverging: ["diverged", /^the loss is NaN at step \d+: first at layer \d \(\w+\)$/],
  refusing: ["failed", "refusing: no more"],
  throwing: ["failed", /^boom in an operator \(mishaps\.ts:\d+\)$/],
  exiting: ["failed", "the pipeline ended its thread, with exit code 3"],
  crashing: ["failed", /^late boom \(mishaps\.ts:\d+\)$/],
  junk: ["failed", "run must emit readings, histograms or events, and gave number 7"],
};

it("ends the arm in which something goes wrong, with its cause, and no other", async () => {
  const cwd = temporaryFolder();
  const args = ["run", pipeline("mishaps"), "--store", "a.duckdb", "--no-serve", "--jobs", "3"];
  const { code, stdout, stderr } = await start(args, { cwd, cifar10: tinyCifar10(cwd) }).ended;
  expect(code).toBe(2);
  expect(stdout + stderr).not.toMatch(/^ +at /m);
  expect(stdout).not.toContain("hello");
  expect(stderr).toContain("printing: hello from the pipeline\n");

  const store = join(cwd, "a.duckdb");
  const status = Object.fromEntries(await rowsOf(store, "SELECT arm, status FROM run")) as Record<string, string>;
  const events = await rowsOf(store, "SELECT arm, message, data->>'layer' FROM event JOIN run USING (run_id)");
  for (const arm of ["good", "noLayer", "atEnd", "lingering", "printing"]) {
    expect([arm, status[arm]]).toEqual([arm, "completed"]);
  }
  for (const [arm, [ended, message]] of Object.entries(CAUSES)) {
    expect([arm, status[arm]]).toEqual([arm, ended]);
    const own = events.filter(([of]) => of === arm);
    expect(own).toEqual([[arm, expect.stringMatching(message), arm === "diverging" ? expect.anything() : null]]);
    const line = `${arm}: ${String(own[0]?.[1])}\n`;
    expect(stderr.split(line)).toHaveLength(2);
    expect(stdout).toContain(`${arm} ${ended}: ${String(own[0]?.[1])}\n`);
  }
  const leftOut = "probe moments is left out: no layer 99; this network has 2";
  expect(events.filter(([of]) => of === "noLayer")).toEqual([["noLayer", leftOut, null]]);
  expect(events).toHaveLength(Object.keys(CAUSES).length + 1);

  const kept = await rowsOf(
    store,
    `SELECT arm, list(step ORDER BY reading.rowid) FROM reading JOIN run USING (run_id) WHERE probe = 'loss' GROUP BY arm`,
  );
  const steps = Object.fromEntries(kept) as Record<string, number[]>;
  const upTo = (count: number) => Array.from({ length: count }, (_, step) => step);
  for (const arm of ["good", "noLayer", "atEnd", "lingering", "printing"]) {
    expect([arm, steps[arm]]).toEqual([arm, upTo(10)]);
  }
  for (const arm of ["refusing", "throwing", "exiting", "crashing"]) expect([arm, steps[arm]]).toEqual([arm, upTo(5)]);
});
