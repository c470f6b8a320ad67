import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EarlyStopper } from "../../../src/sweep/coordinator/early-stopper.ts";
import { commitAttempt, fail, readCommit } from "../../../src/sweep/place/attempts.ts";
import { earlyStopOf } from "../../../src/sweep/plan/early-stop.ts";
import { HandWritten, OneTrial } from "../../fixtures/sweeps.ts";

const range = (from: number, to: number, attempt: number) =>
  Array.from({ length: to - from }, (_, i) => [from + i, attempt]);

describe("TrialImport", () => {
  it("takes what appears, and ends with the commit", async () => {
    const one = await OneTrial.make(6);
    const importer = one.importer();
    await importer.look();
    expect(await one.rows("FROM run")).toEqual([]);
    const first = await HandWritten.begin(one.place, 1);
    await first.train(2);
    await importer.look();
    expect(await one.readings()).toEqual(range(0, 2, 1));
    expect(await one.rows("SELECT status, sweep_id, attempt FROM run")).toEqual([["running", "s", 1]]);
    expect(await one.rows("SELECT state, attempts, worker FROM trial")).toEqual([["running", 1, "w1"]]);
    await first.train(4);
    await first.commit();
    await importer.look();
    expect(importer.end?.outcome).toEqual({ status: "completed" });
    expect(await one.readings()).toEqual(range(0, 6, 1));
    expect(await one.rows("SELECT status FROM run")).toEqual([["completed"]]);
    expect(await one.rows("SELECT state FROM attempt")).toEqual([["committed"]]);
    expect(await one.rows("SELECT state, epoch_ms(ended_at) FROM trial")).toEqual([["completed", 10_000]]);
    // What is imported goes; the commit stays, for those who come late.
    expect(await one.place.list("t")).toEqual(["committed.json"]);
    expect(await one.place.list("started")).toEqual([]);
  });

  it("goes on with an attempt from where the one before it had its checkpoint", async () => {
    const one = await OneTrial.make(8);
    const importer = one.importer();
    const first = await HandWritten.begin(one.place, 1);
    await first.train(5);
    await importer.look();
    await first.fail("its process was ended by SIGKILL");
    const second = await HandWritten.begin(one.place, 2, { of: first, step: 3 });
    await importer.look();
    expect(await one.readings()).toEqual(range(0, 3, 1));
    await second.train(5);
    await second.commit();
    await importer.look();
    expect(await one.readings()).toEqual([...range(0, 3, 1), ...range(3, 8, 2)]);
    expect(await one.rows("SELECT status, attempt FROM run")).toEqual([["completed", 2]]);
    expect(await one.rows("SELECT attempt, state, from_step, error FROM attempt ORDER BY attempt")).toEqual([
      [1, "failed", null, "its process was ended by SIGKILL"],
      [2, "committed", 3, null],
    ]);
    expect(await one.rows("SELECT message FROM event WHERE name = 'resumed'")).toEqual([
      ["goes on at step 3, attempt 2"],
    ]);
  });

  it("takes back what it showed of an attempt when another is committed", async () => {
    const one = await OneTrial.make(4);
    const importer = one.importer();
    const paused = await HandWritten.begin(one.place, 1);
    await paused.train(1);
    await importer.look();
    const second = await HandWritten.begin(one.place, 2);
    await second.train(2);
    await importer.look();
    expect(await one.readings()).toEqual(range(0, 2, 2));
    // The first was paused, and is quicker in the end.
    await paused.train(3);
    expect(await paused.commit()).toBe(true);
    await second.train(2);
    expect(await second.commit()).toBe(false);
    await importer.look();
    expect(await one.readings()).toEqual(range(0, 4, 1));
    expect(await one.rows("SELECT attempt, state FROM attempt ORDER BY attempt")).toEqual([
      [1, "committed"],
      [2, "superseded"],
    ]);
    expect(await one.rows("SELECT count(*)::INTEGER FROM run")).toEqual([[1]]);
  });

  it("reports a trial that failed as often as it may, and keeps what it recorded", async () => {
    const one = await OneTrial.make(4);
    const importer = one.importer();
    const first = await HandWritten.begin(one.place, 1);
    await first.train(2);
    await first.fail("boom");
    await importer.look();
    expect(importer.end).toBeUndefined();
    const second = await HandWritten.begin(one.place, 2);
    await second.train(1);
    await second.fail("boom again");
    await importer.look();
    expect(importer.end?.outcome).toMatchObject({ status: "failed", message: "boom again" });
    expect(await one.rows("SELECT state, attempts, error FROM trial")).toEqual([["failed", 2, "boom again"]]);
    expect(await one.rows("SELECT status FROM run")).toEqual([["failed"]]);
    expect(await one.readings()).toEqual(range(0, 1, 2));
  });

  it("notes when attempts began, and from where, that failed before it looked", async () => {
    const one = await OneTrial.make(4);
    const first = await HandWritten.begin(one.place, 1);
    await first.train(3);
    await first.fail("boom");
    const second = await HandWritten.begin(one.place, 2, { of: first, step: 2 });
    await second.fail("boom again");
    await one.importer().look();
    const attempts =
      "SELECT attempt, state, from_step, epoch_ms(started_at), epoch_ms(ended_at) FROM attempt ORDER BY ALL";
    expect(await one.rows(attempts)).toEqual([
      [1, "failed", null, 1000, 9000],
      [2, "failed", 2, 2000, 9000],
    ]);
    expect(await one.rows("SELECT epoch_ms(started_at) FROM trial")).toEqual([[1000]]);
  });

  it("reports a trial whose process never began to train", async () => {
    const one = await OneTrial.make(4);
    const importer = one.importer();
    for (const attempt of [1, 2]) {
      const what = { attempt, token: `x${attempt}`, worker: "w", message: "no data", isUserError: true, at: 1 };
      await fail(one.place, "t", `000${attempt}-x${attempt}`, what);
    }
    await importer.look();
    expect(importer.end?.outcome).toMatchObject({ status: "failed", isUserError: true });
    expect(await one.rows("SELECT status FROM run")).toEqual([["failed"]]);
    expect(await one.rows("SELECT attempt, state FROM attempt ORDER BY attempt")).toEqual([
      [1, "failed"],
      [2, "failed"],
    ]);
  });

  it("gives one whole result, whatever happens in whatever order", async () => {
    const act = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({
          act: fc.constant("train" as const),
          which: fc.nat(),
          steps: fc.integer({ min: 1, max: 3 }),
        }),
      },
      { weight: 2, arbitrary: fc.record({ act: fc.constant("begin" as const), which: fc.nat(), steps: fc.nat() }) },
      { weight: 3, arbitrary: fc.record({ act: fc.constant("look" as const), which: fc.nat(), steps: fc.nat() }) },
      { weight: 1, arbitrary: fc.record({ act: fc.constant("restart" as const), which: fc.nat(), steps: fc.nat() }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 25 }), fc.nat(), async (acts, last) => {
        const steps = 12;
        const one = await OneTrial.make(steps);
        let importer = one.importer();
        const attempts = [await HandWritten.begin(one.place, 1)];
        /** Whose reading of each step counts, by attempt. */
        const wanted = [Array<number>(steps).fill(1)];
        for (const { act, which, steps: count } of acts) {
          const attempt = attempts[which % attempts.length]!;
          if (act === "train") await attempt.train(Math.min(count, steps - attempt.step));
          if (act === "look") await importer.look();
          if (act === "restart") importer = await one.restart();
          if (act === "begin" && attempts.length < 5) {
            const number = attempts.length + 1;
            const step = count % (attempt.step + 1);
            attempts.push(await HandWritten.begin(one.place, number, step > 0 ? { of: attempt, step } : undefined));
            const before = wanted[attempts.indexOf(attempt)]!;
            wanted.push([...before.slice(0, step), ...Array<number>(steps - step).fill(number)]);
          }
        }
        const winner = last % attempts.length;
        await attempts[winner]!.train(steps - attempts[winner]!.step);
        for (const attempt of [attempts[winner]!, ...attempts]) await attempt.commit();
        await importer.look();
        expect(importer.end?.outcome.status).toBe("completed");
        expect(await one.readings()).toEqual(wanted[winner]!.map((attempt, step) => [step, attempt]));
        expect(await one.rows("SELECT status FROM run")).toEqual([["completed"]]);
        expect((await readCommit(one.place, "t"))?.folder).toBe(attempts[winner]!.folder);
      }),
      { numRuns: 25 },
    );
  });
});

describe("a trial that is stopped early", () => {
  const rules = earlyStopOf(["median"], 3)!;
  /** Who decides, when three others had a loss of 0 at each step. */
  const strict = (steps: number) => {
    const stopper = new EarlyStopper(rules, steps);
    for (let stretch = 0; stretch < steps; stretch++)
      for (let other = 0; other < 3; other++) stopper.remember("a", "loss", { stretch, mean: 0 });
    return stopper;
  };

  it("is committed with what it had, says why, and refuses what comes late", async () => {
    const one = await OneTrial.make(9);
    const importer = one.importer(strict(9));
    const first = await HandWritten.begin(one.place, 1);
    await first.train(3);
    await importer.look();
    expect(importer.end).toBeUndefined();
    await first.train(2);
    await importer.look();
    expect(importer.isStoppedEarly).toBe(true);
    expect(importer.steps).toBe(5);
    const message = "stopped early: at step 3 loss was 1, worse than 0, the median of 3 trials";
    expect(await one.rows("SELECT level, name, step, message, data ->> 'metric' FROM event")).toEqual([
      ["info", "stopped_early", 4, message, "loss"],
    ]);
    expect(await one.rows("SELECT status FROM run")).toEqual([["interrupted"]]);
    expect(await one.rows("SELECT state, error FROM trial")).toEqual([["stopped", null]]);
    expect(await one.rows("SELECT state, error FROM attempt")).toEqual([["committed", null]]);
    await first.train(4);
    expect(await first.commit()).toBe(false);
    await importer.look();
    expect(await one.readings()).toEqual(range(0, 5, 1));
  });

  it("is taken from its commit by who comes after the one that stopped it", async () => {
    const one = await OneTrial.make(9);
    const first = await HandWritten.begin(one.place, 1);
    await first.train(5);
    const verdict = { rule: "median", metric: "loss", step: 3, value: 1, bound: 0, trials: 3 };
    const commit = { folder: first.folder, token: "token1", segments: 1, steps: 5, at: 10_000 };
    await commitAttempt(one.place, "t", { ...commit, outcome: { status: "stopped", verdict } });
    await first.train(4);
    const importer = one.importer();
    await importer.look();
    expect(importer.isStoppedEarly).toBe(true);
    expect(await one.readings()).toEqual(range(0, 5, 1));
    expect(await one.rows("SELECT state FROM trial")).toEqual([["stopped"]]);
  });

  it("is not stopped where it has ended meanwhile", async () => {
    const one = await OneTrial.make(9);
    const importer = one.importer(strict(9));
    const first = await HandWritten.begin(one.place, 1);
    await first.train(9);
    await first.commit();
    await importer.look();
    expect(importer.end?.outcome).toEqual({ status: "completed" });
    expect(await one.rows("SELECT state FROM trial")).toEqual([["completed"]]);
  });
});
