// Asks before a run is deleted, and says what is lost.

import type { Feed } from "../../feed/client/index.ts";
import { counted } from "../../view/numbers.ts";
import { element } from "./element.ts";
import { setText } from "./legend.ts";
import type { RunFacts } from "./run-facts.ts";

type Counts = readonly [readings: number, histograms: number, events: number];

/** Asks whether a run is to be deleted, and deletes it; `deleted` is called when it is gone. */
export function askToDelete(feed: Feed, run: RunFacts["run"], deleted: () => void): void {
  const lost = element("p", {}, lostText(run));
  const refusal = element("p", { class: "refusal", role: "alert" });
  const title = element("h2", { id: "delete-title" }, "Delete this run for good?");
  const keep = element("button", { type: "button" }, "Keep it");
  const go = element("button", { type: "button", class: "danger" }, "Delete it");
  const dialog = element(
    "dialog",
    { class: "ask", "aria-labelledby": title.id },
    title,
    element("p", {}, `${run.arm}, seed ${run.seed} of ${run.experiment}: `, element("code", {}, run.runId)),
    lost,
    element(
      "p",
      { class: "more" },
      "It goes from every page that shows it. Importing an archive does not bring it back.",
    ),
    refusal,
    element("div", { class: "actions" }, keep, go),
  );
  keep.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  go.addEventListener("click", () => {
    go.disabled = true;
    feed.control({ action: "remove", run: run.runId }).then(
      () => {
        dialog.close();
        deleted();
      },
      (error: unknown) => {
        go.disabled = false;
        setText(refusal, error instanceof Error ? error.message.replace(/^control: (store: )?/, "") : String(error));
      },
    );
  });
  document.body.append(dialog);
  dialog.showModal();
  keep.focus();
  countsOf(feed, run.runId).then(
    (counts) => setText(lost, lostText(run, counts)),
    () => undefined,
  );
}

async function countsOf(feed: Feed, runId: string): Promise<Counts | undefined> {
  const count = (table: string): string =>
    `(SELECT count(*) FROM ${table} WHERE run_id = '${runId.replaceAll("'", "''")}')::INTEGER`;
  const sql = `SELECT ${["reading", "histogram", "event"].map(count).join(", ")}`;
  return (await feed.query<Counts>(sql)).rows[0];
}

function lostText({ note, tags }: RunFacts["run"], counts?: Counts): string {
  const [readings, histograms, events] = counts ?? [];
  const records =
    counts === undefined
      ? ["all that it recorded"]
      : [
          counted(readings!, "reading"),
          ...(histograms! > 0 ? [counted(histograms!, "histogram")] : []),
          ...(events! > 0 ? [counted(events!, "event")] : []),
        ];
  const said = [...(note ? ["its note"] : []), ...(tags && tags.length > 0 ? ["its tags"] : [])];
  return `Lost are ${[...records, ...said].join(", ")} and its checkpoints.`;
}
