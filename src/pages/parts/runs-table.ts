// One row per run: state, progress, speed, time left, numbers. Rows are kept and only their text is changed.

import type { Feed, RunState } from "../../feed/client/index.ts";
import { counted, formatWhole } from "../../view/numbers.ts";
import { openingSentence } from "../../view/opening-sentence.ts";
import { smooth } from "../../view/smoothing.ts";
import { stepsDone } from "../../view/steps-done.ts";
import type { Context, Part } from "./context.ts";
import { element } from "./element.ts";
import { nextFrame } from "./frames.ts";
import { setText } from "./legend.ts";
import { LiveSeries } from "./live-series.ts";
import { queuedRow } from "./queued-row.ts";
import { cellsOf, commandsFor, outcomeOf, runColumns, type Latest, valuesOf } from "./run-cells.ts";
import { inOrder, isFound } from "./run-order.ts";
import { makeRunRow, runColumn, type RunRow } from "./run-row.ts";
import { RunSummaries } from "./run-summaries.ts";
import { runsFilter, varyingKeys } from "./selection.ts";
import { urlState } from "./url-state.ts";
import { queuedTrials, type QueuedTrial, wholeProgress } from "./whole-progress.ts";

/** Queued trials that have a row, at most. */
const MOST_QUEUED = 40;

export class RunsTable implements Part {
  readonly node: HTMLElement;
  readonly #feed: Feed;
  readonly #live: LiveSeries;
  readonly #summaries: RunSummaries;
  readonly #head = element("tr", { role: "row" });
  readonly #body = element("tbody", { role: "rowgroup", id: "runs-body" });
  readonly #answer = element("p", { class: "answer", role: "status" });
  readonly #whole = element("p", { class: "tally", role: "status" });
  readonly #more = element("p", { class: "what", hidden: true });
  readonly #find = element("input", {
    type: "search",
    class: "find",
    placeholder: "batchNorm learningRate>=0.1",
    "aria-label": "Find runs by words, or by settings such as learningRate>=0.1",
  });
  readonly #found = element("p", { class: "count", role: "status" });
  readonly #rows = new Map<string, RunRow>();
  #waiting: readonly RunRow[] = [];
  #context: Context;
  #key = "";
  #order: string | undefined;

  constructor(context: Context) {
    this.#context = context;
    this.#feed = context.feed;
    this.#live = new LiveSeries(context.feed, () => nextFrame(this.#draw));
    this.#summaries = new RunSummaries(context.feed, () => nextFrame(this.#draw));
    const head = element("thead", { role: "rowgroup" }, this.#head);
    const table = element("table", { role: "table" }, head, this.#body);
    this.node = element(
      "section",
      { class: "panel wide runs", "aria-labelledby": "runs-title" },
      this.#answer,
      element("div", { class: "panel-head" }, element("h2", { id: "runs-title" }, "Runs"), this.#whole, this.#find),
      element(
        "p",
        { class: "what" },
        "One row per run. An arm is one of the treatments compared, a seed one repetition of it; an arm’s colour is the same in every chart. Final numbers are means over the last twentieth of a run’s readings, ten at least; those marked now are running means, as the charts have them.",
      ),
      element("div", { class: "scroll", tabindex: 0, role: "region", "aria-labelledby": "runs-title" }, table),
      this.#found,
      this.#more,
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
    this.#summaries.ask(runs.filter(({ status }) => status !== "running"));
    nextFrame(this.#draw);
  }

  progress(): void {
    nextFrame(this.#draw);
  }

  readonly #draw = (): void => {
    const { selection, declarations, connection, runs: all } = this.#context;
    const { runs, visible } = selection;
    const varying = varyingKeys(runs);
    const columns = runColumns(varying);
    const mayControl = connection.state === "live" && connection.controls;
    const sort = urlState.get("sort") ?? "";
    const [down, sorted] = [sort.startsWith("-"), columns.indexOf(sort.replace(/^-/, ""))];
    this.#makeRows(columns, varying, mayControl, sort);
    setText(this.#whole, wholeProgress(declarations, all) ?? "");
    const latest = this.#latest();
    const outcomes = visible.map((run) => outcomeOf(run, this.#summaries.get(run.runId), latest.get(run.runId)));
    setText(this.#answer, outcomes.length > 0 ? openingSentence(outcomes) : "");
    const of = (run: RunState) => [run, varying, this.#summaries.get(run.runId), latest.get(run.runId) ?? {}] as const;
    const found = runs.filter((run) => isFound(run, this.#find.value.trim()));
    this.#place(sorted < 0 ? found : inOrder(found, (run) => valuesOf(...of(run))[sorted], down));
    for (const run of found) {
      const { texts, bar, state, controls } = this.#rows.get(run.runId)!;
      const cells = cellsOf(...of(run));
      texts.forEach((node, i) => setText(node, cells[i]!));
      const done = stepsDone(run);
      if (bar.value !== done) bar.value = done;
      state.className = `status status-${run.status}`;
      controls.offer(mayControl ? commandsFor(run) : {});
    }
    setText(this.#found, found.length < runs.length ? `${found.length} of ${counted(runs.length, "run")} found` : "");
  };

  /** Makes the rows anew where there are others than before, or other columns. */
  #makeRows(columns: readonly string[], varying: readonly string[], mayControl: boolean, sort: string): void {
    const { runs, curveOf } = this.#context.selection;
    const queue = this.#queue();
    const queued = queue.slice(0, MOST_QUEUED);
    const drawn = runs.map(({ runId }) => [runId, curveOf.get(runId)!.place, curveOf.get(runId)!.dash]);
    const key = JSON.stringify([columns, drawn, queued, mayControl, sort]);
    if (key === this.#key) return;
    [this.#key, this.#order] = [key, undefined];
    this.#rows.clear();
    for (const run of runs) this.#rows.set(run.runId, makeRunRow(this.#feed, run, curveOf.get(run.runId), columns));
    this.#waiting = queued.map((trial) => queuedRow(this.#feed, trial, varying, columns, mayControl));
    const sign = sort.startsWith("-") ? "down" : "up";
    const by = sort.replace(/^-/, "");
    this.#head.replaceChildren(...columns.map((name) => runColumn(name, name === by ? sign : "")));
    this.#more.hidden = queue.length === queued.length;
    setText(this.#more, `And ${formatWhole(queue.length - queued.length)} more queued.`);
  }

  /** Shows the rows of these runs in this order, and those that wait, where they are others than before. */
  #place(runs: readonly RunState[]): void {
    const order = runs.map(({ runId }) => runId).join();
    if (order === this.#order) return;
    this.#order = order;
    const rows = [...runs.map(({ runId }) => this.#rows.get(runId)!), ...this.#waiting];
    this.#body.replaceChildren(...rows.map(({ node }) => node));
  }

  /** Trials of the experiment shown that wait, unless runs were chosen one by one. */
  #queue(): QueuedTrial[] {
    const { state, declarations, selection } = this.#context;
    if (state.list("runs").length > 0) return [];
    return queuedTrials(declarations).filter(({ experiment }) => experiment === selection.experiment);
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
}
