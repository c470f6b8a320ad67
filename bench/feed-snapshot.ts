import { filter, firstValueFrom } from "rxjs";
import type { Recorded } from "gradstream";
import { connect } from "gradstream/client";
import { aRun, withServer } from "./feed-load.ts";
import { show, spread } from "./measure.ts";

const SERIES = 100;

/** From asking for all curves of a store to having them, in a client in the same process. */
export function feedSnapshot(readings: number, points: number, rounds: number): Promise<string[]> {
  return withServer(async ({ store, server }) => {
    const run = aRun("bench/snapshot", readings / SERIES);
    await store.startRun(run);
    for (let step = 0; step < readings / SERIES; step++) {
      const records = Array.from({ length: SERIES }, (_, i): Recorded => {
        const stat = i % 2 === 0 ? "mean" : "variance";
        return { kind: "reading", step, probe: "moments", stat, layer: i >> 1, value: Math.sin(step * (i + 1)) };
      });
      await store.append(run.runId, records);
    }
    await store.flush();
    server.hub.runStarted(run);
    const feed = connect(server.url);
    await firstValueFrom(feed.runs);
    const times: number[] = [];
    let buckets = 0;
    for (let round = 0; round < rounds; round++) {
      const start = performance.now();
      const { series } = await firstValueFrom(feed.series({ points }).pipe(filter(({ complete }) => complete)));
      times.push(performance.now() - start);
      const total = series.reduce((sum, one) => sum + one.readings, 0);
      if (total !== readings) throw new Error(`${total} of ${readings} readings`);
      buckets = series.reduce((sum, { length }) => sum + length, 0);
    }
    feed.close();
    return [
      `snapshot of ${readings} readings of ${SERIES} series, ${points} points (${rounds} rounds)`,
      `  ${buckets} buckets in ${show(spread(times), 0)} ms, up to 50 ms of it waiting to be drawn (target: at most 500)`,
    ];
  });
}
