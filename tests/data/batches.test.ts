import { concatMap, firstValueFrom, lastValueFrom, take, tap, toArray } from "rxjs";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import { rootKey } from "../../src/core/random.ts";
import type { Batch, RawExamples } from "../../src/core/types.ts";
import { batches } from "../../src/data/batches.ts";
import { examplesToFloat } from "../../src/data/pixels.ts";

/** Example i has label i mod 10 and the four pixels i, i + 1, i + 2, i + 3. */
function toy(count: number): RawExamples {
  const pixels = Uint8Array.from({ length: 4 * count }, (_, at) => Math.floor(at / 4) + (at % 4));
  return { count, shape: [2, 2, 1], pixels, labels: Uint8Array.from({ length: count }, (_, i) => i % 10) };
}

const key = rootKey(0);
const turn = () => new Promise((resolve) => setImmediate(resolve));
const collect = (data: RawExamples, size: number, limit: number, from = key) =>
  lastValueFrom(batches(data, { size, key: from, limit }).pipe(toArray()));
/** Which examples a batch holds, by their first pixel. */
const indices = (batch: Batch) =>
  Array.from({ length: batch.size }, (_, i) => Math.round((batch.examples[4 * i]! / 2 + 0.5) * 255));

describe("batches", () => {
  it("numbers steps and epochs and keeps pixels and labels together", async () => {
    const [first, ...rest] = await collect(toy(10), 3, 7);
    expect(first).toMatchObject({ step: 0, epoch: 0, size: 3, shape: [2, 2, 1] });
    expect(first!.examples).toBeInstanceOf(Float32Array);
    expect(first!.examples.length).toBe(12);
    expect([first!, ...rest].map((batch) => [batch.step, batch.epoch])).toEqual([
      [0, 0], [1, 0], [2, 0], [3, 1], [4, 1], [5, 1], [6, 2],
    ]);
    for (const batch of [first!, ...rest]) expect(indices(batch).map((i) => i % 10)).toEqual([...batch.labels]);
  });

  it("gives the same batches for the same key, others for another", async () => {
    expect(await collect(toy(40), 4, 25)).toEqual(await collect(toy(40), 4, 25));
    expect(await collect(toy(40), 4, 25)).not.toEqual(await collect(toy(40), 4, 25, rootKey(1)));
  });

  it("meets every example once per epoch, in a new order each time", async () => {
    const all = await collect(toy(40), 8, 15);
    const epochs = [0, 1, 2].map((epoch) => all.filter((batch) => batch.epoch === epoch).flatMap(indices));
    for (const order of epochs) {
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i));
    }
    expect(new Set(epochs.map(String)).size).toBe(3);
  });

  it("drops what is left over at the end of an epoch", async () => {
    const all = await collect(toy(11), 4, 4);
    expect(all.map((batch) => batch.epoch)).toEqual([0, 0, 1, 1]);
    expect(new Set(all.slice(0, 2).flatMap(indices)).size).toBe(8);
  });

  it("turns the event loop once per batch", async () => {
    let turns = 0;
    let running = true;
    const count = () => {
      turns++;
      if (running) setImmediate(count);
    };
    setImmediate(count);
    const seen: number[] = [];
    await lastValueFrom(batches(toy(10), { size: 2, key, limit: 20 }).pipe(tap(() => seen.push(turns))));
    running = false;
    for (let i = 1; i < seen.length; i++) expect(seen[i]! - seen[i - 1]!).toBe(1);
  });

  it("emits nothing while it is being subscribed to", async () => {
    let emitted = 0;
    const subscription = batches(toy(10), { size: 2, key }).subscribe(() => emitted++);
    expect(emitted).toBe(0);
    subscription.unsubscribe();
    await turn();
    await turn();
    expect(emitted).toBe(0);
  });

  it("cuts no batch before the one ahead has been delivered", async () => {
    let asked = 0;
    let delivered = 0;
    const gate = () => {
      expect(asked).toBe(delivered);
      asked++;
      return undefined;
    };
    await lastValueFrom(batches(toy(10), { size: 2, key, limit: 12, gate }).pipe(tap(() => delivered++)));
    expect(asked).toBe(12);
  });

  it("waits at the gate, so that a slow consumer bounds what is in flight", async () => {
    let inFlight = 0;
    let most = 0;
    let open: (() => void) | undefined;
    const gate = () => (inFlight < 3 ? undefined : new Promise<void>((resolve) => (open = resolve)));
    const slow = batches(toy(10), { size: 2, key, limit: 15, gate }).pipe(
      tap(() => (most = Math.max(most, ++inFlight))),
      concatMap(async (batch) => {
        await turn();
        await turn();
        await turn();
        inFlight--;
        open?.();
        return batch.step;
      }),
      toArray(),
    );
    expect(await lastValueFrom(slow)).toEqual(Array.from({ length: 15 }, (_, i) => i));
    expect(most).toBe(3);
  });

  it("stops cutting when unsubscribed, by take and from outside, also while it waits", async () => {
    let asked = 0;
    const gate = () => {
      asked++;
      return undefined;
    };
    await lastValueFrom(batches(toy(10), { size: 2, key, gate }).pipe(take(4)));
    for (let i = 0; i < 5; i++) await turn();
    expect(asked).toBe(4);

    asked = 0;
    let read = 0;
    const data = toy(10);
    const watched: RawExamples = {
      ...data,
      get pixels() {
        read++;
        return data.pixels;
      },
    };
    let release: () => void = () => undefined;
    const closed = () => new Promise<void>((resolve) => (release = resolve));
    const source = batches(watched, { size: 2, key, gate: closed });
    read = 0;
    const subscription = source.subscribe();
    await turn();
    subscription.unsubscribe();
    release();
    for (let i = 0; i < 5; i++) await turn();
    expect(read).toBe(0);
  });

  it("starts again for every subscriber", async () => {
    const source = batches(toy(10), { size: 2, key });
    expect(await firstValueFrom(source)).toEqual(await firstValueFrom(source));
  });

  it("passes a failure of the gate on", async () => {
    const gate = () => Promise.reject(new Error("sink gone"));
    await expect(lastValueFrom(batches(toy(10), { size: 2, key, gate }))).rejects.toThrow("sink gone");
  });

  it("refuses sizes it cannot fill", () => {
    for (const size of [0, -1, 1.5, Number.NaN]) expect(() => batches(toy(10), { size, key })).toThrow(UserError);
    expect(() => batches(toy(10), { size: 11, key })).toThrow("batches: size 11 exceeds the 10 examples there are");
  });
});

describe("examplesToFloat", () => {
  it("scales bytes to [-1, 1]", () => {
    const data: RawExamples = { count: 2, shape: [2], pixels: Uint8Array.from([0, 255, 51, 204]), labels: new Uint8Array(2) };
    expect([...examplesToFloat(data, 0, 1)]).toEqual([-1, 1]);
    const [low, high] = examplesToFloat(data, 1, 2);
    expect(low).toBeCloseTo(-0.6, 6);
    expect(high).toBeCloseTo(0.6, 6);
    expect(examplesToFloat(data, 1, 1).length).toBe(0);
    expect(() => examplesToFloat(data, 0, 3)).toThrow(RangeError);
  });
});
