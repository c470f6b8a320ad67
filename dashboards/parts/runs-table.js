// One row per run: state, progress, speed, time left, numbers. Rows are kept and only their text is changed.

import { element } from "./element.js";
import { nextFrame } from "./frames.js";
import { setText, swatch } from "./legend.js";
import { LiveSeries } from "./live-series.js";
import { runsFilter, varyingKeys } from "./selection.js";
import { smooth } from "/view/smoothing.js";
import { formatDuration, formatNumber, formatPercent, formatWhole } from "/view/numbers.js";

const NUMERIC = new Set(["Steps/s", "Time", "Loss", "Train acc.", "Test acc."]);
const SUMMARY = "final_loss, final_train_accuracy, test_accuracy, steps_per_second, seconds";

export class RunsTable {
  #rows = new Map();
  #key = "";
  #ended = "";
  /** What the view run_summary says of runs that have ended, by run. */
  #summaries = new Map();
  #latest = new Map();

  constructor({ feed }) {
    this.feed = feed;
    this.live = new LiveSeries(feed, () => nextFrame(this.#draw));
    this.head = element("tr", { role: "row" });
    this.body = element("tbody", { role: "rowgroup", id: "runs-body" });
    const table = element("table", { role: "table" }, element("thead", { role: "rowgroup" }, this.head), this.body);
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

  update(context) {
    this.context = context;
    const { runs } = context.selection;
    const filter = {
      ...runsFilter(context.selection),
      layers: "none",
      probes: ["loss", "accuracy"],
      stats: ["loss", "accuracy", "test_accuracy"],
    };
    this.live.ask(runs.length > 0 ? { ...filter, points: 64 } : undefined);
    this.#summarize(context.selection.runs.filter(({ status }) => status !== "running"));
    nextFrame(this.#draw);
  }

  progress() {
    nextFrame(this.#draw);
  }

  #draw = () => {
    if (!this.context) return;
    const { runs, curveOf } = this.context.selection;
    const varying = varyingKeys(runs);
    const columns = ["Arm", "Seed", ...varying, "State", "Steps", "Steps/s", "Time", "Loss", "Train acc.", "Test acc."];
    const key = JSON.stringify([
      columns,
      runs.map(({ runId }) => [runId, curveOf.get(runId).place, curveOf.get(runId).dash]),
    ]);
    if (key !== this.#key) {
      this.#key = key;
      this.#rows.clear();
      this.head.replaceChildren(...columns.map(header));
      this.body.replaceChildren(...runs.map((run) => this.#row(run, curveOf.get(run.runId), columns)));
    }
    this.#readLatest();
    for (const run of runs) this.#fill(run, varying);
  };

  #row(run, curve, columns) {
    const row = element("tr", { role: "row", class: `place-${curve.place % 8}`, "data-run": run.runId });
    const parts = { texts: [] };
    for (const name of columns) {
      const head = name === "Arm";
      const label = head ? undefined : name;
      const cell = element(head ? "th" : "td", {
        role: head ? "rowheader" : "cell",
        class: NUMERIC.has(name) && "number",
        "data-label": label,
      });
      const text = element("span");
      if (head) cell.append(element("span", { class: "named" }, swatch(curve), text));
      else if (name === "State") {
        cell.append((parts.state = element("span", { class: "status" }, element("span", { class: "dot" }), text)));
      } else if (name === "Steps") {
        parts.bar = element("progress", { max: run.steps, "aria-label": `Steps of ${run.arm}, seed ${run.seed}` });
        cell.append(element("span", { class: "progress" }, parts.bar, text));
      } else cell.append(text);
      parts.texts.push(text);
      row.append(cell);
    }
    this.#rows.set(run.runId, parts);
    return row;
  }

  #fill(run, varying) {
    const { texts, bar, state } = this.#rows.get(run.runId);
    const summary = this.#summaries.get(run.runId);
    const latest = this.#latest.get(run.runId) ?? {};
    const ended = run.status !== "running";
    const done = stepsDone(run);
    const seconds = summary?.seconds ?? ((run.endedAt ?? Date.now()) - run.startedAt) / 1000;
    const speed = ended ? summary?.steps_per_second : run.stepsPerSecond;
    const cells = [
      run.arm,
      String(run.seed),
      ...varying.map((key) => String(key === "steps" ? run.steps : (run.hyper[key] ?? "–"))),
      run.status + (run.status === "diverged" ? ` at step ${formatWhole(run.step)}` : ""),
      `${formatWhole(done)} / ${formatWhole(run.steps)}`,
      speed ? (speed < 100 ? speed.toPrecision(3) : formatWhole(speed)) : "–",
      ended ? `took ${formatDuration(seconds)}` : speed ? `${formatDuration((run.steps - done) / speed)} left` : "–",
      formatNumber(summary ? summary.final_loss : latest.loss),
      formatPercent(summary ? summary.final_train_accuracy : latest.accuracy),
      formatPercent(summary ? summary.test_accuracy : latest.test_accuracy),
    ];
    texts.forEach((node, i) => setText(node, cells[i]));
    if (bar.value !== done) bar.value = done;
    state.className = `status status-${run.status}`;
  }

  /** While a run goes on: the running mean at its last step. */
  #readLatest() {
    for (const { runId, stat, lastStep, last, length } of this.live.set.series) {
      if (length === 0) continue;
      if (!this.#latest.has(runId)) this.#latest.set(runId, {});
      const { y } =
        stat === "test_accuracy" ? { y: last } : smooth({ x: lastStep, y: last, length }, this.context.span || 25);
      this.#latest.get(runId)[stat] = y[length - 1];
    }
  }

  #summarize(ended) {
    const key = ended.map(({ runId }) => runId).join();
    const names = [...new Set(ended.map(({ experiment }) => `'${experiment.replaceAll("'", "''")}'`))].join(", ");
    if (key === this.#ended) return;
    this.#ended = key;
    if (ended.length === 0) return;
    this.feed.query(`SELECT run_id, ${SUMMARY} FROM run_summary WHERE experiment IN (${names})`).then(
      ({ columns, rows }) => {
        for (const row of rows)
          this.#summaries.set(row[0], Object.fromEntries(columns.map(({ name }, i) => [name, row[i]])));
        nextFrame(this.#draw);
      },
      () => (this.#ended = ""),
    );
  }
}

function header(name) {
  return element("th", { role: "columnheader", scope: "col", class: NUMERIC.has(name) && "number" }, name);
}

/** The step that diverged has not been done. */
function stepsDone({ status, steps, step }) {
  if (status === "completed") return steps;
  return status === "diverged" ? step : Math.min(steps, step + 1);
}
