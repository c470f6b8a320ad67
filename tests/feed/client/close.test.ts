import { filter, firstValueFrom, lastValueFrom, map, skip, switchMap, toArray, type Observable } from "rxjs";
import { expect, it, onTestFinished, vi } from "vitest";
import { QueryError } from "../../../src/feed/client/errors.ts";
import { connect } from "../../../src/feed/client/node.ts";
import { aReading, aRun } from "../../fixtures/runs.ts";
import { serve } from "../../fixtures/served-store.ts";

it("gives nothing after it was closed: observables end, queries and controls are rejected", async () => {
  const { server } = await serve();
  const feed = connect(server.url);
  feed.close();
  const all: readonly Observable<unknown>[] = [feed.readings(), feed.events(), feed.histograms(), feed.runs];
  for (const asked of all) {
    expect(await lastValueFrom(asked.pipe(toArray()))).toEqual([]);
  }
  await expect(feed.query("SELECT 1")).rejects.toThrow(new QueryError("the feed was closed"));
  await expect(feed.control({ action: "stop", run: "run-1" })).rejects.toThrow("control: there is no connection");
});

it("connects no more when it is closed by who hears that it connects", () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let made = 0;
  class Refused {
    readonly readyState = 3;
    onclose: ((event: { readonly code: number; readonly reason: string }) => void) | undefined;
    constructor() {
      made += 1;
      setTimeout(() => this.onclose?.({ code: 1006, reason: "" }));
    }
  }
  const feed = connect("ws://127.0.0.1:1/feed", { WebSocket: Refused as unknown as typeof WebSocket });
  let tries = 0;
  feed.connection.subscribe(({ state }) => {
    if (state === "connecting" && ++tries === 2) feed.close();
  });
  vi.advanceTimersByTime(60_000);
  expect([tries, made]).toEqual([2, 1]);
});

it("asks once what is asked by who hears of the connection", async () => {
  const { server, start, record } = await serve();
  await start(aRun());
  await record("run-1", [aReading(0, { value: 7 })]);
  const feed = connect(server.url);
  const live = feed.connection.pipe(filter(({ state }) => state === "live"));
  const value = live.pipe(
    switchMap(() => feed.readings({ probes: ["loss"] })),
    map((reading) => reading.value),
  );
  expect(await firstValueFrom(value)).toBe(7);
  // A second subscription of the same number would be refused by now, and end the first with an error.
  const again = firstValueFrom(value.pipe(skip(1)));
  await record("run-1", [aReading(1, { value: 8 })]);
  expect(await again).toBe(8);
  feed.close();
});
