// The frame of one chart: title, one line that says what it shows, switches, the chart, its numbers, how many points.

import { counted, formatNumber, formatWhole } from "../../view/numbers.ts";
import { Chart } from "./chart.ts";
import type { ChartOptions, ChartState } from "./chart-options.ts";
import { chartCsv } from "./chart-csv.ts";
import type { Content } from "./content.ts";
import type { Context } from "./context.ts";
import { element } from "./element.ts";
import { emphasized } from "./emphasized.ts";
import { exportButtons } from "./export-buttons.ts";
import { type FormatNumber, Legend } from "./legend.ts";
import { isLog, logSwitch } from "./log-switch.ts";
import { svgOf } from "./svg.ts";

let panels = 0;

export interface PanelOptions extends Omit<ChartOptions, "colours" | "onCursor"> {
  readonly id: string;
  readonly title: string;
  /** A sentence; `**which way is good**` stands out. */
  readonly what: string;
  /** One of several small ones. */
  readonly compact?: boolean | undefined;
  readonly wide?: boolean | undefined;
  /** true: offers the switch. */
  readonly log?: boolean | "always" | undefined;
  /** Numbers as text. */
  readonly format?: FormatNumber | undefined;
  readonly formatX?: FormatNumber | undefined;
  /** Further elements between head and chart. */
  readonly extra?: readonly HTMLElement[] | undefined;
}

interface PanelShown extends Omit<ChartState, "log"> {
  /** How many readings stand behind the points shown. */
  readonly points: number;
  readonly readings: number;
  /** What to say where there is nothing to draw. */
  readonly why?: string | undefined;
}

type PanelState = "loading" | "waiting" | "empty" | "error" | "ready";

export class Panel {
  readonly options: PanelOptions;
  readonly host = element("div", { class: "chart", tabindex: 0, role: "group" });
  readonly heading: HTMLElement;
  readonly node: HTMLElement;
  readonly chart: Chart;
  /** Says where what is drawn comes from. */
  readonly #source: Context["source"];
  readonly #message = element("p", { class: "waiting", role: "status" });
  readonly #count = element("p", { class: "count" });
  readonly #legend: Legend;
  #telling: ReturnType<typeof setTimeout> | undefined;
  #toldAt = -Infinity;

  constructor(options: PanelOptions, { colours, source }: Pick<Context, "colours" | "source">) {
    const { id, title, what, compact, format = formatNumber, xLabel = "step", formatX = formatWhole } = options;
    this.options = options;
    this.#source = source;
    const key = `${id}-${panels++}`;
    this.host.append(this.#message);
    this.#legend = new Legend({ format, formatX, xName: xLabel });
    this.#legend.node.id = `${key}-values`;
    this.heading = element(compact ? "h3" : "h2", { id: `${key}-title` }, title);
    const controls = element("div", { class: "controls" });
    if (options.log === true) controls.append(logSwitch(id));
    controls.append(exportButtons(this));
    this.node = element(
      "section",
      {
        class: compact ? "multiple" : `panel ${options.wide ? "wide" : ""}`,
        "data-panel": id,
        "aria-labelledby": this.heading.id,
      },
      element("div", { class: "panel-head" }, this.heading, controls),
      compact ? undefined : element("p", { class: "what" }, ...emphasized(what)),
      ...(options.extra ?? []),
      this.host,
      this.#legend.node,
      this.#count,
    );
    this.host.setAttribute("aria-labelledby", this.heading.id);
    this.host.setAttribute("aria-describedby", this.#legend.node.id);
    this.host.setAttribute("aria-roledescription", "chart; arrow keys move the cursor, plus and minus zoom");
    const onCursor = (x: number | undefined): void => this.#legend.show(this.chart.content, x);
    this.chart = new Chart(this.host, { ...options, colours, xLabel, onCursor });
    this.say("loading");
  }

  get log(): boolean {
    return this.options.log === "always" || (this.options.log === true && isLog(this.options.id));
  }

  show(content: Content, { readings, points, why, ...rest }: PanelShown): void {
    const { lines = [], cells } = content;
    if (!cells?.length && !lines.some(({ length }) => length > 0))
      return this.say(rest.grows ? "waiting" : "empty", why);
    this.say("ready");
    this.chart.show(content, { ...rest, log: this.log });
    this.#tellLegend(lines.length);
    this.#count.textContent = `${formatWhole(points)} of ${counted(readings, "point")}${this.#beyond()}`;
  }

  /** Says what the axis leaves out. */
  #beyond(): string {
    const { least, largest } = this.chart.beyond;
    const { log, format = formatNumber } = this.options;
    const ends = [
      least !== undefined && `down to ${format(least)}`,
      largest !== undefined && `up to ${format(largest)}`,
    ];
    const said = ends.filter(Boolean).join(" and ");
    return said && `; a few lie beyond this axis, ${said}${log === true ? ": a log axis shows them" : ""}`;
  }

  /** Tells the legend its numbers, those of very many lines a few times a second. */
  #tellLegend(lines: number): void {
    clearTimeout(this.#telling);
    const wait = lines > 60 ? 250 - (performance.now() - this.#toldAt) : 0;
    if (wait > 0) {
      this.#telling = setTimeout(() => this.#tellLegend(0), wait);
      return;
    }
    this.#toldAt = performance.now();
    this.#legend.show(this.chart.content, this.chart.x);
  }

  say(state: PanelState, text = state === "loading" ? "Loading…" : ""): void {
    if (this.node.dataset["state"] === state && this.#message.textContent === text) return;
    this.node.dataset["state"] = state;
    this.#message.textContent = text;
    if (state !== "ready") this.chart.content = {};
    if (state !== "ready") this.#count.textContent = "";
  }

  destroy(): void {
    this.chart.destroy();
    this.node.remove();
  }

  /** Says what a file of it shows: whose numbers, which part of the x axis, how they are drawn. */
  about(): string {
    const { xLabel = "step", formatX = formatWhole } = this.options;
    const { view, content } = this.chart;
    const part = view ? `; ${xLabel} ${formatX(view.x[0])} to ${formatX(view.x[1])}` : "";
    return this.#source(content) + part;
  }

  /** Writes what is drawn as a table. */
  csv(): string {
    return chartCsv(this.chart.content, this.options.xLabel ?? "step", this.about());
  }

  /** Draws the panel as a file: what is shown now, with title, axes, key and source. */
  svg(): string {
    const { title, what, xLabel = "step", yLabel = "" } = this.options;
    const plain = what.replaceAll("**", "");
    const notes = [this.about(), this.#count.textContent].filter(Boolean);
    const head = { title: this.heading.textContent || title, what: plain, xLabel, yLabel, notes };
    return this.chart.view ? svgOf(this.chart, this.chart.view, head) : "";
  }
}
