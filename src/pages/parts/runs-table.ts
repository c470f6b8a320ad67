// One row per run: state, progress, speed, time left, numbers. Rows are kept and only their text is changed.

import type { Feed, RunState } from "../../feed/client/index.ts";
import { PLACES } from "../../view/palette.ts";
import { smooth } from "../../view/smoothing.ts";
import type { Context, Part } from "./context.ts";
import type { Curve } from "./curve.ts";
import { element } from "./element.ts";
import { nextFrame } from "./frames.ts";
import { setText, swatch } from "./legend.ts";
import { LiveSeries } from "./live-series.ts";
import { namedRows } from "./named-rows.ts";
import { stepsDone } from "../../view/steps-done.ts";
import { cellsOf, runColumns, type Latest, type Summary } from "./run-cells.ts";
import { runsFilter, varyingKeys } from "./selection.ts";

const NUMERIC = new Set(["Steps/s", "Time", "Loss", "Train acc.", "Test acc."]);
const SUMMARY = "final_loss, final_train_accuracy, test_accuracy, steps_per_second, seconds";

interface Row {
  readonly node: HTMLElement;
  readonly texts: readonly HTMLElement[];
  readonly bar: HTMLProgressElement;
  readonly state: HTMLElement;
}

export class RunsTable implements Part {
  readonly node: HTMLElement;
  readonly #feed: Feed;
  readonly #live: LiveSeries;
  readonly #head = element("tr", { role: "row" });
  readonly #body = element("tbody", { role: "rowgroup", id: "runs-body" });
  readonly #rows = new Map<string, Row>();
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
      element("div", { class: "panel-head" }, element("h2", { id: "runs-title" }, "Runs")),
      element(
        "p",
        { class: "what" },
        "One row per run. An arm is one of the treatments compared, a seed one repetition of it; an arm’s colour is the same in every chart.",
      ),
      element("div", { class: "scroll", tabindex: 0, role: "region", "aria-labelledby": "runs-title" }, table),
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
    const { runs, curveOf } = this.#context.selection;
    const varying = varyingKeys(runs);
    const columns = runColumns(varying);
    const curves = runs.map(({ runId }) => curveOf.get(runId)!);
    const key = JSON.stringify([columns, runs.map(({ runId }, i) => [runId, curves[i]!.place, curves[i]!.dash])]);
    if (key !== this.#key) {
      this.#key = key;
      this.#rows.clear();
      runs.forEach((run, i) => this.#rows.set(run.runId, makeRow(run, curves[i]!, columns)));
      this.#head.replaceChildren(...columns.map(header));
      this.#body.replaceChildren(...[...this.#rows.values()].map(({ node }) => node));
    }
    const latest = this.#latest();
    for (const run of runs) {
      const { texts, bar, state } = this.#rows.get(run.runId)!;
      const cells = cellsOf(run, varying, this.#summaries.get(run.runId), latest.get(run.runId) ?? {});
      texts.forEach((node, i) => setText(node, cells[i]!));
      const done = stepsDone(run);
      if (bar.value !== done) bar.value = done;
      state.className = `status status-${run.status}`;
    }
  };

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

function makeRow(run: RunState, curve: Curve, columns: readonly string[]): Row {
  const node = element("tr", { role: "row", class: `place-${curve.place % PLACES}`, "data-run": run.runId });
  const bar = element("progress", { max: run.steps, "aria-label": `Steps of ${run.arm}, seed ${run.seed}` });
  const state = element("span", { class: "status" });
  const texts = columns.map((name) => {
    const text = element("span");
    const isHead = name === "Arm";
    const cell = element(isHead ? "th" : "td", {
      role: isHead ? "rowheader" : "cell",
      class: NUMERIC.has(name) && "number",
      "data-label": isHead ? undefined : name,
    });
    if (isHead) cell.append(element("span", { class: "named" }, swatch(curve), text));
    else if (name === "Steps") cell.append(element("span", { class: "progress" }, bar, text));
    else if (name === "State") {
      state.append(element("span", { class: "dot" }), text);
      cell.append(state);
    } else cell.append(text);
    node.append(cell);
    return text;
  });
  return { node, texts, bar, state };
}

function header(name: string): HTMLElement {
  return element("th", { role: "columnheader", scope: "col", class: NUMERIC.has(name) && "number" }, name);
}
