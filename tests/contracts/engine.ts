import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  StaleClaim,
  type Claim,
  type Engine,
  type EngineWorker,
  type LostLease,
} from "../../src/sweep/engine/engine.ts";
import { waitFor } from "../fixtures/wait.ts";

/** An engine of one sweep, fresh, with leases that are short: seconds. */
export interface EngineUnderTest {
  readonly engine: Engine;
  /** Starts another worker. */
  worker(): Promise<EngineWorker>;
  /**
   * Does to a worker what a paused machine or a cut cable does: its leases are renewed no more. Returns what undoes it.
   */
  freeze(worker: EngineWorker): () => void;
  /** Makes the engine lose its memory. Left out where it has none to lose. */
  readonly forget?: () => Promise<void>;
  /** Ends what `engine` and `worker` do not. */
  close(): Promise<void>;
}

/** What every engine must do. `end` runs when all is over. */
export function engineContract(name: string, make: () => Promise<EngineUnderTest>, end = async () => {}): void {
  const never = new AbortController().signal;

  describe(name, () => {
    let made: EngineUnderTest;
    let engine: Engine;
    const workers: EngineWorker[] = [];
    const worker = async () => {
      const started = await made.worker();
      workers.push(started);
      return started;
    };
    const claimed = async (by: EngineWorker): Promise<Claim> => (await by.claim(never))!;
    const states = async () =>
      Object.fromEntries((await engine.open()).map(({ trialId, state }) => [trialId, state] as const));
    /** Claims within a moment, or not. */
    const nothingFor = async (by: EngineWorker) => {
      const soon = AbortSignal.timeout(1000);
      expect(await by.claim(soon)).toBeUndefined();
    };

    beforeEach(async () => {
      made = await make();
      ({ engine } = made);
    });
    afterEach(async () => {
      await Promise.all(workers.splice(0).map((one) => one.close()));
      await engine.close();
      await made.close();
    });
    afterAll(() => end());

    it("hands out each trial once, and knows those that are open", async () => {
      await engine.enqueue(["a", "b", "c"]);
      expect(await states()).toEqual({ a: "waiting", b: "waiting", c: "waiting" });
      const [one, two] = [await worker(), await worker()];
      const claims = [await claimed(one), await claimed(two)];
      expect(new Set(claims.map(({ trialId }) => trialId)).size).toBe(2);
      expect(new Set(claims.map(({ token }) => token)).size).toBe(2);
      for (const { trialId, attempt, signal } of claims) {
        expect(attempt, trialId).toBe(1);
        expect(signal.aborted).toBe(false);
        expect((await states())[trialId]).toBe("claimed");
      }
      await one.complete(claims[0]!);
      await two.complete(claims[1]!);
      const last = await claimed(one);
      expect(["a", "b", "c"].sort()).toEqual([...claims, last].map(({ trialId }) => trialId).sort());
      expect(await states()).toEqual({ [last.trialId]: "claimed" });
      await one.complete(last);
      expect(await states()).toEqual({});
      await nothingFor(two);
    });

    it("takes a trial once, whatever has become of it", async () => {
      await engine.enqueue(["a", "a", "b"]);
      await engine.enqueue(["b", "c"]);
      expect(Object.keys(await states()).sort()).toEqual(["a", "b", "c"]);
      const one = await worker();
      const first = await claimed(one);
      await engine.enqueue([first.trialId]);
      await one.complete(first);
      const second = await claimed(one);
      await one.fail(second, "it cannot be trained", false);
      await engine.enqueue(["a", "b", "c"]);
      const third = await claimed(one);
      expect(new Set([first, second, third].map(({ trialId }) => trialId)).size).toBe(3);
      expect(await states()).toEqual({ [third.trialId]: "claimed" });
      await one.complete(third);
      await nothingFor(one);
    });

    it("takes any text as a trial's name", async () => {
      const ids = ["7", "a:b/c d", "ü%20'\"", "x".repeat(200)];
      await engine.enqueue(ids);
      expect(Object.keys(await states()).sort()).toEqual([...ids].sort());
      const one = await worker();
      const found: string[] = [];
      while (found.length < ids.length) {
        const claim = await claimed(one);
        found.push(claim.trialId);
        await one.complete(claim);
      }
      expect(found.sort()).toEqual([...ids].sort());
    });

    it("tries a failed trial again, as the next attempt, until it must not be", async () => {
      await engine.enqueue(["a"]);
      const [one, two] = [await worker(), await worker()];
      const first = await claimed(one);
      await one.fail(first, "out of memory", true);
      expect(await states()).toEqual({ a: "waiting" });
      const second = await claimed(two);
      expect(second).toMatchObject({ trialId: "a", attempt: 2 });
      expect(second.token).not.toBe(first.token);
      await two.fail(second, "out of memory", false);
      expect(await states()).toEqual({});
      await nothingFor(one);
    });

    it("takes a released trial back as often as it is released", async () => {
      await engine.enqueue(["a"]);
      const one = await worker();
      for (let attempt = 1; attempt <= 5; attempt++) {
        const claim = await claimed(one);
        expect(claim).toMatchObject({ trialId: "a", attempt });
        await one.release(claim);
        expect(await states()).toEqual({ a: "waiting" });
      }
      await one.complete(await claimed(one));
      expect(await states()).toEqual({});
    });

    it("settles a claim once", async () => {
      await engine.enqueue(["a"]);
      const one = await worker();
      const claim = await claimed(one);
      await one.release(claim);
      await expect(one.complete(claim)).rejects.toBeInstanceOf(StaleClaim);
      const again = await claimed(one);
      await one.complete(again);
      await expect(one.complete(again)).rejects.toBeInstanceOf(StaleClaim);
      await expect(one.fail(again, "late", true)).rejects.toBeInstanceOf(StaleClaim);
      expect(await states()).toEqual({});
    });

    it("withdraws what waits, leaves what is claimed, and forgets what has ended", async () => {
      await engine.enqueue(["a"]);
      const one = await worker();
      const a = await claimed(one);
      await engine.enqueue(["b", "c"]);
      await engine.withdraw(["a", "b", "never heard of"]);
      expect(await states()).toEqual({ a: "claimed", c: "waiting" });
      await one.complete(a);
      await engine.withdraw(["a"]);
      await engine.enqueue(["a", "b"]);
      expect(Object.keys(await states()).sort()).toEqual(["a", "b", "c"]);
    });

    it("wakes a worker that waits, and lets one go that is told to", async () => {
      const one = await worker();
      const stop = new AbortController();
      const waits = one.claim(stop.signal);
      stop.abort();
      expect(await waits).toBeUndefined();
      expect(await one.claim(AbortSignal.abort())).toBeUndefined();
      const next = one.claim(never);
      await engine.enqueue(["a"]);
      const claim = (await next)!;
      expect(claim.trialId).toBe("a");
      await one.complete(claim);
    });

    it("hands a trial whose worker is lost to another, and refuses what the lost one says", async () => {
      const lost: LostLease[] = [];
      engine.lost.subscribe((lease) => lost.push(lease));
      await engine.enqueue(["a"]);
      const [one, two] = [await worker(), await worker()];
      const first = await claimed(one);
      const thaw = made.freeze(one);
      const second = await claimed(two);
      expect(second).toMatchObject({ trialId: "a", attempt: 2 });
      expect(second.token).not.toBe(first.token);
      thaw();
      await waitFor(() => expect(first.signal.aborted).toBe(true));
      await expect(one.complete(first)).rejects.toBeInstanceOf(StaleClaim);
      await expect(one.fail(first, "late", false)).rejects.toBeInstanceOf(StaleClaim);
      await expect(one.release(first)).rejects.toBeInstanceOf(StaleClaim);
      expect(second.signal.aborted).toBe(false);
      expect(await states()).toEqual({ a: "claimed" });
      await waitFor(() => expect(lost).toEqual([{ trialId: "a", attempt: 1 }]));
      await two.complete(second);
      expect(await states()).toEqual({});
    });

    it("renews the lease of a claim for as long as it is held", async () => {
      await engine.enqueue(["a"]);
      const [one, two, lost] = [await worker(), await worker(), await worker()];
      const claim = await claimed(one);
      // Another lease, lost meanwhile, shows that leases have had time to end.
      await engine.enqueue(["b"]);
      await claimed(lost);
      const thaw = made.freeze(lost);
      const again = await claimed(two);
      expect(again).toMatchObject({ trialId: "b", attempt: 2 });
      thaw();
      expect(claim.signal.aborted).toBe(false);
      await two.complete(again);
      await one.complete(claim);
      expect(await states()).toEqual({});
    });

    it("gives back what a worker that closes holds", async () => {
      await engine.enqueue(["a"]);
      const [one, two] = [await made.worker(), await worker()];
      const claim = await claimed(one);
      const waits = one.claim(never);
      await one.close();
      expect(await waits).toBeUndefined();
      expect(claim.signal.aborted).toBe(true);
      const next = await claimed(two);
      expect(next).toMatchObject({ trialId: "a", attempt: 2 });
      await two.complete(next);
    });

    it("loses nothing with its memory: what is open no more is enqueued again", async (context) => {
      if (!made.forget) return context.skip("it has no memory to lose");
      await engine.enqueue(["a", "b"]);
      const one = await worker();
      const claim = await claimed(one);
      await made.forget();
      await waitFor(() => expect(claim.signal.aborted).toBe(true));
      await expect(one.complete(claim)).rejects.toBeInstanceOf(StaleClaim);
      expect(await states()).toEqual({});
      await engine.enqueue(["a", "b"]);
      const next = [await claimed(one), await claimed(one)];
      expect(next.map(({ trialId }) => trialId).sort()).toEqual(["a", "b"]);
      for (const each of next) await one.complete(each);
      expect(await states()).toEqual({});
    });

    it("keeps sweeps of many trials and many workers apart", async () => {
      const ids = Array.from({ length: 60 }, (_, i) => `t${i}`);
      const crew = await Promise.all([worker(), worker(), worker()]);
      const done: string[] = [];
      const over = new AbortController();
      const busy = crew.map(async (by) => {
        for (let claim = await by.claim(over.signal); claim; claim = await by.claim(over.signal)) {
          await by.complete(claim);
          done.push(claim.trialId);
          if (done.length === ids.length) over.abort();
        }
      });
      await engine.enqueue(ids);
      await Promise.all(busy);
      expect(done.sort()).toEqual([...ids].sort());
      expect(await states()).toEqual({});
    });
  });
}
