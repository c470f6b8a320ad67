import { join } from "node:path";
import { afterEach, expect, it, onTestFinished, vi } from "vitest";
// The threads compile with it. It must not be unloaded between them, which the command line's own use of it prevents.
import "@swc/core";
import { Progress } from "../../../src/run/terminal/progress.ts";
import { openStore } from "../../../src/store/open-store.ts";
import { RawClient } from "../../fixtures/feed-client.ts";
import { temporaryFolder } from "../../fixtures/runs.ts";
import { serve } from "../../fixtures/served-store.ts";
import { tinyRunner, tinyTrial } from "../../fixtures/tiny-runner.ts";
import { waitFor } from "../../fixtures/wait.ts";

const TWO_DAYS = 2 * 86_400_000;
afterEach(() => void vi.restoreAllMocks());

/** Sets the clock back; what is monotonic goes on. */
function setClockBack(): void {
  const now = Date.now.bind(Date);
  vi.spyOn(Date, "now").mockImplementation(() => now() - TWO_DAYS);
}

it("takes as long as a run takes, though the clock is set back meanwhile", async () => {
  const store = await openStore(join(temporaryFolder(), "a.duckdb"));
  onTestFinished(() => store.close());
  const stream = Object.assign(Object.create(process.stderr) as NodeJS.WriteStream, {
    write: () => true,
    isTTY: false,
  });
  const progress = new Progress(stream, { quiet: true });
  const runner = tinyRunner({ trials: [tinyTrial("plain")], store, progress });
  const began = performance.now();
  const ended = runner.run();
  await waitFor(async () => expect((await store.query("SELECT 1 FROM run")).rows).toHaveLength(1));
  setClockBack();
  expect(await ended).toMatchObject([{ outcome: { status: "completed" } }]);
  const most = (performance.now() - began) / 1000;
  const [[seconds]] = (await store.query("SELECT seconds::DOUBLE FROM run_summary")).rows as [[number]];
  expect(seconds).toBeGreaterThanOrEqual(0);
  expect(seconds).toBeLessThanOrEqual(most + 0.01);
});

it("lets clients be, though the clock is set back while they are there", async () => {
  const { server } = await serve();
  const client = new RawClient(server.url);
  await waitFor(() => expect(client.greeted).toBe(true));
  setClockBack();
  for (const id of [1, 2, 3]) client.say({ type: "query", id, sql: "SELECT 1" });
  await waitFor(() => expect(client.of("rows")).toHaveLength(3));
});
