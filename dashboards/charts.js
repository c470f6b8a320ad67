// One line chart per panel, drawn with uPlot, with a legend that holds the numbers as text.

import uPlot from "/vendor/uplot.js";
import { lastOf } from "./model.js";
import { element, formatNumber, formatPercent, whole } from "./text.js";

/** What each panel draws of a run: columns from back to front. The one marked `main` is in the legend. */
export const PANELS = {
  loss: {
    format: formatNumber,
    series: ({ columns }) => [
      { name: "loss", column: columns.loss, style: "faint" },
      { name: "lossSmooth", column: columns.lossSmooth, style: "line", main: true },
    ],
  },
  accuracy: {
    format: formatPercent,
    range: [0, 1],
    series: ({ columns }) => [
      { name: "accuracy", column: columns.accuracy, style: "faint" },
      { name: "accuracySmooth", column: columns.accuracySmooth, style: "line", main: true },
      { name: "testAccuracy", column: columns.testAccuracy, style: "dots" },
    ],
  },
  mean: { format: formatNumber, needsLayer: true, series: (run, layer) => moment(run, "mean", layer) },
  variance: { format: formatNumber, needsLayer: true, series: (run, layer) => moment(run, "variance", layer) },
};

function moment(run, name, layer) {
  const column = run.moments[name].get(layer);
  return column ? [{ name, column, style: "line", main: true }] : [];
}

export class Chart {
  constructor(section, view) {
    this.section = section;
    this.name = section.dataset.chart;
    this.panel = PANELS[this.name];
    this.view = view;
    this.log = false;
    this.box = section.appendChild(element("div", "chart"));
    this.waiting = this.box.appendChild(element("p", "waiting"));
    this.legend = section.appendChild(element("ul", "legend"));
    this.legend.id = `${this.name}-values`;
    this.box.setAttribute("role", "img");
    this.box.setAttribute("aria-labelledby", `${this.name}-title`);
    this.box.setAttribute("aria-describedby", this.legend.id);
    new ResizeObserver(() => this.plot?.setSize(this.#size())).observe(this.box);
    const toggle = section.querySelector("[data-log]");
    toggle?.addEventListener("change", () => {
      this.log = toggle.checked;
      this.rebuild();
    });
  }

  /** Starts over: another set of lines, another axis or other colours. */
  rebuild() {
    const { model, arms, layer } = this.view;
    this.plot?.destroy();
    this.lines = [...model.runs.values()]
      .filter((run) => !arms.hidden.has(run.state.arm))
      .flatMap((run) => this.panel.series(run, layer).map((series) => ({ ...series, run })))
      .sort((a, b) => LAYERS.indexOf(a.style) - LAYERS.indexOf(b.style));
    this.plot = new uPlot(this.#options(), this.#data(), this.box);
    this.draw();
  }

  /** Draws what has come since. */
  draw() {
    this.plot.setData(this.#data());
    const empty = this.lines.every(({ column }) => column.length === 0);
    this.box.classList.toggle("empty", empty);
    this.waiting.hidden = !empty;
    this.waiting.textContent = this.view.ended ? "Not recorded in these runs." : this.#waitingText();
    this.#fillLegend();
  }

  /** The lines as drawn: what uPlot holds, without the steps that have no finite value. */
  drawn() {
    const [x, ...columns] = this.plot?.data ?? [[]];
    return columns.map((column, i) => {
      const { name, run } = this.lines[i];
      const steps = [...x.filter((_, index) => column[index] != null)];
      const values = steps.map((step) => column[step]);
      return { panel: this.name, name, runId: run.state.runId, arm: run.state.arm, steps, values };
    });
  }

  #waitingText() {
    return this.panel.needsLayer && this.view.started
      ? "Waiting for the first moments…"
      : "Waiting for the first step…";
  }

  #data() {
    return [this.view.model.steps, ...this.lines.map(({ column }) => column)];
  }

  #size() {
    return { width: Math.max(200, this.box.clientWidth), height: this.box.clientWidth < 480 ? 250 : 300 };
  }

  #options() {
    const css = getComputedStyle(document.documentElement);
    const [muted, grid, surface] = ["--muted", "--grid", "--panel"].map((name) => css.getPropertyValue(name));
    const font = "12px system-ui, sans-serif";
    const axis = { stroke: muted, font, grid: { stroke: grid, width: 1 }, ticks: { show: false }, gap: 6 };
    const { range, format } = this.panel;
    const percent = format === formatPercent;
    return {
      ...this.#size(),
      padding: [12, 16, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        sync: { key: "steps", setSeries: false },
        drag: { x: true, y: false },
        hover: { skip: [undefined, null] },
        points: { size: 7 },
      },
      hooks: { setCursor: [() => this.#fillLegend()] },
      scales: {
        x: { time: false, range: (_, low, high) => [low ?? 0, Math.max(high ?? 1, (low ?? 0) + 1)] },
        y: { distr: this.log ? 3 : 1, ...(range ? { range } : {}) },
      },
      axes: [
        {
          ...axis,
          space: 70,
          size: 28,
          label: "step",
          labelSize: 20,
          labelFont: font,
          labelGap: 0,
          incrs: INTEGERS,
          values: (_, ticks) => ticks.map((t) => whole.format(t)),
        },
        {
          ...axis,
          size: 54,
          values: (_, ticks) =>
            ticks.map((t) => (t === null ? "" : percent ? `${Math.round(100 * t)} %` : formatNumber(t))),
        },
      ],
      series: [{}, ...this.lines.map((line) => this.#seriesOptions(line, css, surface))],
    };
  }

  #seriesOptions({ name, style, run }, css, surface) {
    const { index, dashed } = this.view.arms.styleOf(run.state.arm);
    const color = css.getPropertyValue(`--arm-${index}`).trim();
    const common = { label: name, spanGaps: false, points: { show: false }, dash: dashed ? [7, 5] : undefined };
    if (style === "faint") return { ...common, stroke: `${color}40`, width: 1 };
    if (style === "line") return { ...common, stroke: color, width: 2 };
    return {
      ...common,
      paths: () => null,
      stroke: color,
      points: { show: true, size: 12, width: 2, fill: color, stroke: surface },
    };
  }

  /** One entry per arm: the value under the cursor, else the latest; the mean where an arm has several runs. */
  #fillLegend() {
    const index = this.plot?.cursor.idx ?? null;
    const hovering = index !== null && this.plot.cursor.left >= 0;
    const at = hovering ? index : undefined;
    const byArm = Map.groupBy(this.lines, ({ run }) => run.state.arm);
    const items = [element("li", "at", hovering ? `At step ${whole.format(index)}` : "Latest")];
    for (const [arm, lines] of byArm) {
      const item = element("li", "");
      item.append(this.view.arms.swatch(arm), element("span", "", arm));
      item.append(
        element(
          "b",
          "",
          this.panel.format(
            meanAt(
              lines.filter(({ main }) => main),
              at,
            ),
          ),
        ),
      );
      const dots = lines.filter(({ style }) => style === "dots");
      const test = meanAt(dots, at);
      if (test !== undefined) item.append(element("span", "more", `test ${this.panel.format(test)}`));
      const runs = lines.filter(({ main }) => main).length;
      if (runs > 1) item.append(element("span", "more", `mean of ${runs} runs`));
      items.push(item);
    }
    this.legend.replaceChildren(...items);
  }
}

/** From back to front, over all runs. */
const LAYERS = ["faint", "line", "dots"];
const INTEGERS = [1, 2, 5]
  .flatMap((n) => [n, n * 10, n * 100, n * 1000, n * 1e4, n * 1e5, n * 1e6])
  .sort((a, b) => a - b);

function meanAt(lines, at) {
  const values = lines.map(({ column }) => lastOf(column, at)?.value).filter((value) => value !== undefined);
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
