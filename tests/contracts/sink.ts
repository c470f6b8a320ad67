import { expect, it } from "vitest";
import type { Recorded, Run, Sink } from "../../src/core/types.ts";
import { aReading, aRun } from "../fixtures/runs.ts";

export interface SinkUnderTest {
  readonly sink: Sink;
  /** The values of the readings that have arrived of a run, in order. */
  arrived(run: Run): Promise<readonly number[]>;
}

/** What every sink must do. `make` announces the run where the sink needs that. */
export function sinkContract(make: (run: Run) => Promise<SinkUnderTest>): void {
  const chunk = (...values: number[]): Recorded[] => values.map((value) => aReading(value, { value }));

  it("takes every record in order and resolves when it has arrived", async () => {
    const run = aRun();
    const { sink, arrived } = await make(run);
    async function* source(): AsyncGenerator<readonly Recorded[]> {
      for (let i = 0; i < 3000; i += 3) yield await Promise.resolve(chunk(i, i + 1, i + 2));
    }
    await expect(sink(source(), run)).resolves.toBeUndefined();
    expect(await arrived(run)).toEqual(Array.from({ length: 3000 }, (_, i) => i));
  });

  it("asks for one chunk at a time", async () => {
    const run = aRun();
    const { sink } = await make(run);
    let asked = 0;
    let most = 0;
    let left = 50;
    const source: AsyncIterable<readonly Recorded[]> = {
      [Symbol.asyncIterator]: () => ({
        async next() {
          most = Math.max(most, ++asked);
          await new Promise((resolve) => setImmediate(resolve));
          asked--;
          return left-- > 0 ? { done: false, value: chunk(left) } : { done: true, value: undefined };
        },
      }),
    };
    await sink(source, run);
    expect(most).toBe(1);
  });

  it("takes an empty source and empty chunks", async () => {
    const run = aRun();
    const { sink, arrived } = await make(run);
    async function* source(): AsyncGenerator<readonly Recorded[]> {
      yield await Promise.resolve([]);
    }
    await sink((async function* () {})(), run);
    await sink(source(), run);
    expect(await arrived(run)).toEqual([]);
  });

  it("keeps what came before the source failed, and passes the error on", async () => {
    const run = aRun();
    const { sink, arrived } = await make(run);
    const cause = new Error("the source failed");
    async function* source(): AsyncGenerator<readonly Recorded[]> {
      yield await Promise.resolve(chunk(1, 2));
      yield chunk(3);
      throw cause;
    }
    await expect(sink(source(), run)).rejects.toBe(cause);
    expect(await arrived(run)).toEqual([1, 2, 3]);
  });
}

/** For sinks whose destination can refuse: the error comes out, and the source is told to stop. */
export function refusalContract(make: (run: Run) => Promise<Sink>): void {
  it("passes on its own destination's error and ends the source", async () => {
    const run = aRun();
    const sink = await make(run);
    let ended = false;
    async function* source(): AsyncGenerator<readonly Recorded[]> {
      try {
        for (;;) yield await Promise.resolve([aReading(0)]);
      } finally {
        ended = true;
      }
    }
    await expect(sink(source(), run)).rejects.toThrow();
    expect(ended).toBe(true);
  });
}
