// The table of runs: state, progress and numbers. Rows are kept and only their text is changed.

import { element, formatDuration, formatNumber, formatPercent, whole } from "./text.js";
import { finalOf, lastOf } from "./model.js";

export class RunsTable {
  #rows = new Map();
  #head = "";

  constructor(head, body, arms) {
    Object.assign(this, { head, body, arms });
  }

  clear() {
    this.#rows.clear();
    this.body.replaceChildren();
  }

  draw(runs) {
    const list = [...runs];
    const varying = varyingKeys(list);
    const columns = ["Arm", "Seed", ...varying, "State", "Steps", "Steps/s", "Time", "Loss", "Train acc.", "Test acc."];
    if (columns.join() !== this.#head) {
      this.#head = columns.join();
      this.clear();
      this.head.replaceChildren(...columns.map((name) => header(name, NUMERIC.has(name))));
    }
    for (const run of list) {
      const row = this.#rows.get(run.state.runId) ?? this.#addRow(run, columns);
      const cells = cellsOf(run, varying);
      row.forEach((node, i) => setText(node, cells[i]));
      const bar = this.#rows.get(`${run.state.runId} bar`);
      bar.max = run.state.steps;
      bar.value = run.state.status === "completed" ? run.state.steps : run.stepsDone;
      const state = this.#rows.get(`${run.state.runId} state`);
      state.className = `status status-${run.state.status}`;
    }
  }

  #addRow(run, columns) {
    const row = this.body.appendChild(element("tr", `arm-${this.arms.styleOf(run.state.arm).index}`));
    row.setAttribute("role", "row");
    const texts = columns.map((name) => {
      const cell = row.appendChild(element(name === "Arm" ? "th" : "td", NUMERIC.has(name) ? "number" : ""));
      cell.setAttribute("role", name === "Arm" ? "rowheader" : "cell");
      if (name === "Arm") {
        const label = cell.appendChild(element("span", ""));
        label.append(this.arms.swatch(run.state.arm));
        return label.appendChild(element("span", ""));
      }
      if (name === "State") {
        cell.dataset.status = "";
        const status = cell.appendChild(element("span", "status"));
        status.append(element("span", "dot"));
        this.#rows.set(`${run.state.runId} state`, status);
        return status.appendChild(element("span", ""));
      }
      cell.dataset.label = name;
      if (name !== "Steps") return cell.appendChild(element("span", ""));
      cell.dataset.wide = "";
      const progress = cell.appendChild(element("span", "progress"));
      const bar = progress.appendChild(document.createElement("progress"));
      bar.setAttribute("aria-label", `Steps of ${run.state.arm}, seed ${run.state.seed}`);
      this.#rows.set(`${run.state.runId} bar`, bar);
      return progress.appendChild(element("span", ""));
    });
    this.#rows.set(run.state.runId, texts);
    return texts;
  }
}

const NUMERIC = new Set(["Steps/s", "Time", "Loss", "Train acc.", "Test acc."]);

function cellsOf(run, varying) {
  const { state, columns, latest, stepsDone, brokenAt } = run;
  const ended = state.status !== "running";
  const elapsed = ((state.endedAt ?? Date.now()) - state.startedAt) / 1000;
  const speed = latest.stepsPerSecond ?? (stepsDone > 0 && elapsed > 0 ? stepsDone / elapsed : undefined);
  const done = state.status === "completed" ? state.steps : stepsDone;
  const value = (name) => (ended ? finalOf(columns[name]) : lastOf(columns[`${name}Smooth`])?.value);
  const broken = brokenAt === undefined ? "" : ` at step ${whole.format(brokenAt)}`;
  return [
    state.arm,
    String(state.seed),
    ...varying.map((key) => String(state.hyper[key] ?? "–")),
    state.status + (state.status === "diverged" ? broken : ""),
    `${whole.format(done)} / ${whole.format(state.steps)}`,
    speed === undefined ? "–" : speed < 100 ? speed.toPrecision(3) : whole.format(speed),
    ended ? `took ${formatDuration(elapsed)}` : timeLeft(state, stepsDone, speed),
    formatNumber(value("loss")),
    formatPercent(value("accuracy")),
    formatPercent(latest.testAccuracy),
  ];
}

function timeLeft({ steps }, done, speed) {
  return speed ? `${formatDuration((steps - done) / speed)} left` : "–";
}

/** Hyper-parameters in which the runs differ. */
function varyingKeys(runs) {
  const keys = new Set(runs.flatMap(({ state }) => Object.keys(state.hyper)));
  return [...keys].filter((key) => new Set(runs.map(({ state }) => state.hyper[key])).size > 1);
}

function header(name, numeric) {
  const cell = element("th", numeric ? "number" : "", name);
  cell.scope = "col";
  cell.setAttribute("role", "columnheader");
  return cell;
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
