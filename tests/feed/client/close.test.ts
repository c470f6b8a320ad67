import { lastValueFrom, toArray, type Observable } from "rxjs";
import { expect, it } from "vitest";
import { QueryError } from "../../../src/feed/client/errors.ts";
import { connect } from "../../../src/feed/client/node.ts";
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
