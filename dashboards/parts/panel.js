// The frame of one chart: title, one line that says what it shows, switches, the chart, its numbers, how many points.

import { Chart } from "./chart.js";
import { download, pngOf } from "./download.js";
import { element } from "./element.js";
import { Legend } from "./legend.js";
import { svgOf } from "./svg.js";
import { formatNumber, formatWhole } from "/view/numbers.js";
import { urlState } from "./url-state.js";

let panels = 0;

export class Panel {
  /**
   * `options`: `id`, `title`, `what` (a sentence; `**which way is good**` stands out), `log` (true: offer the switch; "always"), `yLabel`,
   * `format` and `formatX` (of numbers as text), `formatTick`, and what Chart takes. `controls`: further elements of the head.
   */
  constructor(options, { colours }) {
    const { id, title, what, compact, format = formatNumber, xLabel = "step", formatX = formatWhole } = options;
    this.options = { ...options, format, xLabel, formatX };
    const key = `${id}-${panels++}`;
    this.host = element("div", { class: "chart", tabindex: 0, role: "group" });
    this.message = element("p", { class: "waiting", role: "status" });
    this.host.append(this.message);
    this.legend = new Legend({ format, formatX, xName: xLabel });
    Object.assign(this.legend.node, { id: `${key}-values` });
    this.count = element("p", { class: "count" });
    this.heading = element(compact ? "h3" : "h2", { id: `${key}-title` }, title);
    this.controls = element("div", { class: "controls" }, ...(options.controls ?? []));
    if (options.log === true) this.controls.append(this.#logSwitch());
    this.controls.append(this.#exports());
    this.node = element(
      "section",
      {
        class: compact ? "multiple" : `panel ${options.wide ? "wide" : ""}`,
        "data-panel": id,
        "aria-labelledby": this.heading.id,
      },
      element("div", { class: "panel-head" }, this.heading, this.controls),
      compact ? undefined : element("p", { class: "what" }, ...emphasized(what)),
      ...(options.extra ?? []),
      this.host,
      this.legend.node,
      this.count,
    );
    this.host.setAttribute("aria-labelledby", this.heading.id);
    this.host.setAttribute("aria-describedby", this.legend.node.id);
    this.host.setAttribute("aria-roledescription", "chart; arrow keys move the cursor, plus and minus zoom");
    this.chart = new Chart(this.host, {
      ...options,
      ...{ colours, xLabel },
      onCursor: (x) => this.legend.show(this.chart.content, x),
    });
    this.say("loading");
  }

  get log() {
    return this.options.log === "always" || (this.options.log === true && urlState.flag(`log-${this.options.id}`));
  }

  /** Draws content; `readings`: how many stand behind the `points` shown; `from`: see Chart. */
  show(content, { readings, points, ...rest }) {
    const { lines = [] } = content;
    const empty = !content.cells?.length && !lines.some(({ length }) => length > 0);
    if (empty) return this.say("empty", rest.why);
    this.say("ready");
    this.chart.show(content, { ...rest, log: this.log });
    this.#tellLegend(lines.length);
    if (readings !== undefined) this.count.textContent = `${formatWhole(points)} of ${formatWhole(readings)} points`;
  }

  /** The numbers of very many lines are told a few times a second. */
  #tellLegend(lines) {
    clearTimeout(this.telling);
    const wait = lines > 60 ? 250 - (performance.now() - (this.toldAt ?? 0)) : 0;
    if (wait > 0) {
      this.telling = setTimeout(() => this.#tellLegend(0), wait);
      return;
    }
    this.toldAt = performance.now();
    this.legend.show(this.chart.content, this.chart.x);
  }

  /** `loading`, `empty`, `error` (with a text) or `ready`. */
  say(state, text = state === "loading" ? "Loading…" : "") {
    if (this.node.dataset.state === state && this.message.textContent === text) return;
    this.node.dataset.state = state;
    this.message.textContent = text;
    if (state !== "ready") this.chart.content = { lines: [] };
    if (state !== "ready") this.count.textContent = "";
  }

  destroy() {
    this.chart.destroy();
    this.node.remove();
  }

  /** The drawing as a file: what is shown now, with title, axes, key and source. */
  svg() {
    const { title, what, xLabel, yLabel = "" } = this.options;
    const plain = what.replaceAll("**", "");
    const notes = [this.source?.(), this.count.textContent].filter(Boolean);
    return svgOf(this.chart, { title: this.heading.textContent || title, what: plain, xLabel, yLabel, notes });
  }

  #logSwitch() {
    const key = `log-${this.options.id}`;
    const box = element("input", { type: "checkbox" });
    box.checked = this.log;
    box.addEventListener("change", () => urlState.set({ [key]: box.checked ? 1 : undefined }));
    urlState.subscribe(() => (box.checked = urlState.flag(key)));
    return element("label", { class: "switch" }, box, "Log axis");
  }

  #exports() {
    const name = () => `${this.options.id}-${new Date().toISOString().slice(0, 16).replace(/\D/g, "")}`;
    const button = (kind, make) => {
      const go = async () => {
        if (this.node.dataset.state === "ready") download(await make(), `${name()}.${kind.toLowerCase()}`);
      };
      const label = `Save ${this.options.title} as ${kind}`;
      return element(
        "button",
        { type: "button", class: "quiet", "aria-label": label, title: label, onclick: go },
        kind,
      );
    };
    return element(
      "span",
      { class: "exports" },
      button("PNG", () => pngOf(this.svg())),
      button("SVG", () => new window.Blob([this.svg()], { type: "image/svg+xml" })),
    );
  }
}

/** `a **b** c` with b as `<b>`. */
export function emphasized(text) {
  return text.split("**").map((part, i) => (i % 2 ? element("b", {}, part) : part));
}
