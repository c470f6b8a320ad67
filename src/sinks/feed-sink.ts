import type { Sink } from "../core/types.ts";
import type { Hub } from "../feed/server/hub.ts";

/**
 * Makes a sink that passes every record to the hub, which never waits for a client. The runner announces the run and
 * its end.
 */
export function feedSink(hub: Pick<Hub, "publish">): Sink {
  return async (records, run) => {
    for await (const chunk of records) hub.publish(run.runId, chunk);
  };
}
