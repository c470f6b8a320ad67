import type { Sink } from "../core/types.ts";
import type { Hub } from "../feed/server/hub.ts";

/** Passes every record to the hub, which never waits for a client. Announcing the run and its end is the runner's. */
export function feedSink(hub: Pick<Hub, "publish">): Sink {
  return async (records, run) => {
    for await (const chunk of records) hub.publish(run.runId, chunk);
  };
}
