import { expect, it } from "vitest";
import { startServer } from "../../../src/feed/server/server.ts";
import { follow } from "../../fixtures/followed.ts";
import { aReading, aRun } from "../../fixtures/runs.ts";
import { DASHBOARDS, serve } from "../../fixtures/served-store.ts";
import { waitFor } from "../../fixtures/wait.ts";

it.each(["that the server found in the store", "that the server saw begin"])(
  "gives clients the curve of a run that goes on as the store has it, of a run %s",
  async (which) => {
    const first = await serve();
    const { store } = first;
    const run = aRun();
    const isFound = which.includes("found");
    if (isFound) await store.startRun(run);
    else await first.start(run);
    for (let step = 0; step < 10; step++) {
      if (isFound) await store.append(run.runId, [aReading(step, { value: step })]);
      else await first.record(run.runId, [aReading(step, { value: step })]);
    }
    await store.finishRun(run.runId, "interrupted", 1000);
    if (!isFound) first.server.hub.runEnded(run.runId, "interrupted");
    const server = isFound ? await startServer({ store, port: 0, dashboardsDir: DASHBOARDS }) : first.server;
    const client = follow(server.url);
    const curve = client.series({ points: 100 });
    const valuesOf = () => curve.set.series.flatMap(({ readings }) => readings);
    await waitFor(() => expect(valuesOf()).toEqual([10]));

    const stored = await store.restartRun({ ...run, attempt: 2 }, 6);
    expect(stored.readings).toBe(6);
    server.hub.runRestarted(run, 6, stored);
    await waitFor(() => expect(valuesOf()).toEqual([6]));
    await waitFor(() =>
      expect(client.runs.get(run.runId)).toMatchObject({ status: "running", endedAt: null, step: 5 }),
    );
    for (let step = 6; step < 12; step++) {
      server.hub.publish(run.runId, [aReading(step, { value: step })]);
      await store.append(run.runId, [aReading(step, { value: step })]);
    }
    await waitFor(() => expect(valuesOf()).toEqual([12]));
    await store.flush();
    // Whoever comes later, and over a snapshot with what is published, gets each reading once.
    const late = follow(server.url).records();
    await waitFor(() => expect(late.readings(run.runId).map(([step]) => step)).toEqual([...Array(12).keys()]));
    server.hub.runEnded(run.runId, "completed");
    await waitFor(() => expect(client.runs.get(run.runId)?.status).toBe("completed"));
    expect(client.errors).toEqual([]);
    if (isFound) await server.close();
  },
);

it("knows no run to go on with that was not announced", async () => {
  const { server } = await serve();
  const none = { readings: 0, histograms: 0, events: 0 };
  expect(() => server.hub.runRestarted(aRun(), 0, none)).toThrow("feed: run run-1 is not known");
});
