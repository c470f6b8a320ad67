import { join } from "node:path";
import { describe, onTestFinished } from "vitest";
import { duckDbSink } from "../../src/sinks/duckdb-sink.ts";
import { feedSink } from "../../src/sinks/feed-sink.ts";
import { memorySink } from "../../src/sinks/memory-sink.ts";
import { openStore } from "../../src/store/open-store.ts";
import { FeedHub } from "../../src/feed/server/hub.ts";
import { refusalContract, sinkContract } from "../contracts/sink.ts";
import { temporaryFolder } from "../fixtures/runs.ts";

describe("memorySink", () => {
  sinkContract(async () => {
    const sink = memorySink();
    return {
      sink,
      arrived: async ({ runId }) =>
        (sink.records.get(runId) ?? []).map((record) => (record.kind === "reading" ? record.value : NaN)),
    };
  });
});

describe("duckDbSink", () => {
  sinkContract(async (run) => {
    const store = await openStore(join(temporaryFolder(), "a.duckdb"));
    onTestFinished(() => store.close());
    await store.startRun(run);
    return {
      sink: duckDbSink(store),
      arrived: async ({ runId }) => {
        const result = await store.query("SELECT value FROM reading WHERE run_id = $1 ORDER BY rowid", [runId]);
        return result.rows.map(([value]) => Number(value));
      },
    };
  });
  refusalContract(async () => {
    const store = await openStore(join(temporaryFolder(), "a.duckdb"));
    await store.close();
    return duckDbSink(store);
  });
});

describe("feedSink", () => {
  sinkContract(async (run) => {
    const published: number[] = [];
    const hub = await aHub();
    hub.runStarted(run);
    const sink = feedSink({
      publish(runId, records) {
        hub.publish(runId, records);
        for (const record of records) if (record.kind === "reading") published.push(record.value);
      },
    });
    return { sink, arrived: async () => published };
  });
  refusalContract(async () => feedSink(await aHub()));
});

async function aHub(): Promise<FeedHub> {
  const store = await openStore(join(temporaryFolder(), "a.duckdb"));
  const reader = await store.openReader();
  const hub = new FeedHub({ epoch: "epoch", store: store.path, reader, runs: [] });
  onTestFinished(async () => {
    await hub.close();
    await reader.close();
    await store.close();
  });
  return hub;
}
