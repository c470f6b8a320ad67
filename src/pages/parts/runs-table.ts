// One row per run: state, progress, speed, time left, numbers. Rows are kept and only their text is changed.

import type { Feed, RunState } from "../../feed/client/index.ts";
import { smooth } from "../../view/smoothing.ts";
import type { Context, Part } from "./context.ts";
import { element } from "./element.ts";
import { nextFrame } from "./frames.ts";
import { setText } from "./legend.ts";
import { LiveSeries } from "./live-series.ts";
import { namedRows } from "./named-rows.ts";
import { formatWhole } from "../../view/numbers.ts";
import { stepsDone } from "../../view/steps-done.ts";
import { queuedRow } from "./queued-row.ts";
import { makeRunRow, runColumn, type RunRow } from "./run-row.ts";
import { openingSentence } from "../../view/opening-sentence.ts";
import { cellsOf, commandsFor, outcomeOf, runColumns, type Latest, type Summary } from "./run-cells.ts";
import { runsFilter, varyingKeys } from "./selection.ts";
import { queuedTrials, type QueuedTrial, wholeProgress } from "./whole-progress.ts";

/** Queued trials that have a row, at most. */
const MOST_QUEUED = 40;
const SUMMARY = "final_loss, final_train_accuracy, test_accuracy, steps_per_second, seconds";

export class RunsTable implements Part {
  readonly node: HTMLElement;
  readonly #feed: Feed;
  readonly #live: LiveSeries;
  readonly #head = element("tr", { role: "row" });
  readonly #body = element("tbody", { role: "rowgroup", id: "runs-body" });
  readonly #answer = element("p", { class: "answer", role: "status" });
  readonly #whole = element("p", { class: "tally", role: "status" });
  readonly #more = element("p", { class: "what", hidden: true });
  readonly #rows = new Map<string, RunRow>();
  readonly #summaries = new Map<string, Summary>();
  #context: Context;
  #key = "";
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
      this.#answer,
      element("div", { class: "panel-head" }, element("h2", { id: "runs-title" }, "Runs"), this.#whole),
      element(
        "p",
        { class: "what" },
        "One row per run. An arm is one of the treatments compared, a seed one repetition of it; an arm’s colour is the same in every chart.",
      ),
      element("div", { class: "scroll", tabindex: 0, role: "region", "aria-labelledby": "runs-title" }, table),
      this.#more,
    );
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
    const { selection, declarations, connection, runs: all } = this.#context;
    const { runs, curveOf } = selection;
    const varying = varyingKeys(runs);
    const columns = runColumns(varying);
    const queue = this.#queue();
    const queued = queue.slice(0, MOST_QUEUED);
    const drawn = runs.map(({ runId }) => [runId, curveOf.get(runId)!.place, curveOf.get(runId)!.dash]);
    const mayControl = connection.state === "live" && connection.controls;
    const key = JSON.stringify([columns, drawn, queued, mayControl]);
    if (key !== this.#key) {
      this.#key = key;
      this.#rows.clear();
      for (const run of runs) this.#rows.set(run.runId, makeRunRow(this.#feed, run, curveOf.get(run.runId), columns));
      const waiting = queued.map((trial) => queuedRow(this.#feed, trial, varying, columns, mayControl));
      this.#head.replaceChildren(...columns.map(runColumn));
      this.#body.replaceChildren(...[...this.#rows.values(), ...waiting].map(({ node }) => node));
      this.#more.hidden = queue.length === queued.length;
      setText(this.#more, `And ${formatWhole(queue.length - queued.length)} more queued.`);
    }
    setText(this.#whole, wholeProgress(declarations, all) ?? "");
    const latest = this.#latest();
    const outcomes = selection.visible.map((run) =>
      outcomeOf(run, this.#summaries.get(run.runId), latest.get(run.runId)),
    );
    setText(this.#answer, outcomes.length > 0 ? openingSentence(outcomes) : "");
    for (const run of runs) {
      const { texts, bar, state, controls } = this.#rows.get(run.runId)!;
      const cells = cellsOf(run, varying, this.#summaries.get(run.runId), latest.get(run.runId) ?? {});
      texts.forEach((node, i) => setText(node, cells[i]!));
      const done = stepsDone(run);
      if (bar.value !== done) bar.value = done;
      state.className = `status status-${run.status}`;
      controls.offer(mayControl ? commandsFor(run) : {});
    }
  };

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
