// One row per run: state, progress, speed, time left, numbers. Rows are kept and only their text is changed.

import type { Feed, RunState } from "../../feed/client/index.ts";
import { counted } from "../../view/numbers.ts";
import { smooth } from "../../view/smoothing.ts";
import type { Context, Part } from "./context.ts";
import { element } from "./element.ts";
import { nextFrame } from "./frames.ts";
import { setText } from "./legend.ts";
import { LiveSeries } from "./live-series.ts";
import { namedRows } from "./named-rows.ts";
import { stepsDone } from "../../view/steps-done.ts";
import { cellsOf, runColumns, type Latest, type Summary, valuesOf } from "./run-cells.ts";
import { inOrder, isFound } from "./run-order.ts";
import { header, makeRow, type RunRow } from "./run-row.ts";
import { runsFilter, varyingKeys } from "./selection.ts";
import { urlState } from "./url-state.ts";

const SUMMARY = "final_loss, final_train_accuracy, test_accuracy, steps_per_second, seconds";

export class RunsTable implements Part {
  readonly node: HTMLElement;
  readonly #feed: Feed;
  readonly #live: LiveSeries;
  readonly #head = element("tr", { role: "row" });
  readonly #body = element("tbody", { role: "rowgroup", id: "runs-body" });
  readonly #rows = new Map<string, RunRow>();
  readonly #summaries = new Map<string, Summary>();
  readonly #find = element("input", {
    type: "search",
    class: "find",
    placeholder: "batchNorm learningRate>=0.1",
    "aria-label": "Find runs by words, or by settings such as learningRate>=0.1",
  });
  readonly #found = element("p", { class: "count", role: "status" });
  #context: Context;
  #key = "";
  #order = "";
  #ended = "";

  constructor(context: Context) {
    this.#context = context;
    this.#feed = context.feed;
    this.#live = new LiveSeries(context.feed, () => nextFrame(this.#draw));
    const head = element("thead", { role: "rowgroup" }, this.#head);
    const table = element("table", { role: "table" }, head, this.#body);
    this.node = element(
      "section",
      { class: "panel wide runs", "aria-labelledby": "runs-title" },
      element("div", { class: "panel-head" }, element("h2", { id: "runs-title" }, "Runs"), this.#find),
      element(
        "p",
        { class: "what" },
        "One row per run. An arm is one of the treatments compared, a seed one repetition of it; an arm’s colour is the same in every chart. Final numbers are means over the last twentieth of a run’s readings, ten at least; those marked now are running means, as the charts have them.",
      ),
      element("div", { class: "scroll", tabindex: 0, role: "region", "aria-labelledby": "runs-title" }, table),
      this.#found,
    );
    this.#find.value = urlState.get("find") ?? "";
    this.#find.addEventListener("input", () => urlState.set({ find: this.#find.value }, { replace: true }));
    setInterval(() => nextFrame(this.#draw), 1000);
  }

  update(context: Context): void {
    this.#context = context;
    const { runs } = context.selection;
    const filter = {
      ...runsFilter(context.selection),
      layers: "none",
      probes: ["loss", "accuracy"],
      stats: ["loss", "accuracy", "test_accuracy"],
    } as const;
    this.#live.ask(runs.length > 0 ? { ...filter, points: 64 } : undefined);
    this.#summarize(runs.filter(({ status }) => status !== "running"));
    nextFrame(this.#draw);
  }

  progress(): void {
    nextFrame(this.#draw);
  }

  readonly #draw = (): void => {
    const { runs, curveOf } = this.#context.selection;
    const varying = varyingKeys(runs);
    const columns = runColumns(varying);
    const sort = urlState.get("sort") ?? "";
    const [down, sorted] = [sort.startsWith("-"), columns.indexOf(sort.replace(/^-/, ""))];
    const places = runs.map(({ runId }) => [runId, curveOf.get(runId)!.place, curveOf.get(runId)!.dash]);
    const key = JSON.stringify([columns, places, sort]);
    if (key !== this.#key) {
      [this.#key, this.#order] = [key, ""];
      this.#rows.clear();
      for (const run of runs) this.#rows.set(run.runId, makeRow(run, curveOf.get(run.runId)!, columns));
      this.#head.replaceChildren(...columns.map((name, i) => header(name, i === sorted ? (down ? "down" : "up") : "")));
    }
    const latest = this.#latest();
    const of = (run: RunState) => [run, varying, this.#summaries.get(run.runId), latest.get(run.runId) ?? {}] as const;
    const found = runs.filter((run) => isFound(run, this.#find.value.trim()));
    this.#place(sorted < 0 ? found : inOrder(found, (run) => valuesOf(...of(run))[sorted], down));
    for (const run of found) {
      const { texts, bar, state } = this.#rows.get(run.runId)!;
      const cells = cellsOf(...of(run));
      texts.forEach((node, i) => setText(node, cells[i]!));
      const done = stepsDone(run);
      if (bar.value !== done) bar.value = done;
      state.className = `status status-${run.status}`;
    }
    setText(this.#found, found.length < runs.length ? `${found.length} of ${counted(runs.length, "run")} found` : "");
  };

  /** Shows the rows of these runs in this order, where it is another than before. */
  #place(runs: readonly RunState[]): void {
    const order = runs.map(({ runId }) => runId).join();
    if (order === this.#order && order !== "") return;
    this.#order = order;
    this.#body.replaceChildren(...runs.map(({ runId }) => this.#rows.get(runId)!.node));
  }

  /** Returns, while a run goes on, the running mean at its last step. */
  #latest(): Map<string, Latest> {
    const latest = new Map<string, Record<string, number>>();
    for (const { runId, stat, lastStep, last, length } of this.#live.set.series) {
      if (length === 0) continue;
      const points = { x: lastStep, y: last, length };
      const { y } = stat === "test_accuracy" ? points : smooth(points, this.#context.span || 25);
      latest.set(runId, { ...latest.get(runId), [stat]: y[length - 1]! });
    }
    return latest;
  }

  #summarize(ended: readonly RunState[]): void {
    const key = ended.map(({ runId }) => runId).join();
    const names = [...new Set(ended.map(({ experiment }) => `'${experiment.replaceAll("'", "''")}'`))].join(", ");
    if (key === this.#ended) return;
    this.#ended = key;
    if (ended.length === 0) return;
    this.#feed.query(`SELECT run_id, ${SUMMARY} FROM run_summary WHERE experiment IN (${names})`).then(
      (answer) => {
        for (const row of namedRows<Summary & { readonly run_id: string }>(answer)) {
          this.#summaries.set(row.run_id, row);
        }
        nextFrame(this.#draw);
      },
      () => (this.#ended = ""),
    );
  }
}
