// One row per run, or per arm: state, progress, speed, time left, numbers.

import type { RunState } from "../../feed/client/index.ts";
import { formatWhole } from "../../view/numbers.ts";
import { openingSentence } from "../../view/opening-sentence.ts";
import { chosenColumns } from "./column-choice.ts";
import type { Context, Part } from "./context.ts";
import { element } from "./element.ts";
import { keepFocus } from "./keep-focus.ts";
import { nextFrame } from "./frames.ts";
import { hiddenRuns } from "./hidden-runs.ts";
import { setText } from "./legend.ts";
import { listedRows } from "./listed-rows.ts";
import { QueuedRows } from "./queued-rows.ts";
import { outcomeOf } from "./run-cells.ts";
import { runColumnHead } from "./run-column-head.ts";
import { offeredColumns, type RunColumn } from "./run-columns.ts";
import { outcomeNumbers } from "./run-facts.ts";
import { RunNumbers } from "./run-numbers.ts";
import { runFilter } from "./run-terms.ts";
import { RunsBody } from "./runs-body.ts";
import { RunsTools } from "./runs-tools.ts";
import { varyingKeys } from "./selection.ts";
import { urlState } from "./url-state.ts";
import { queuedTrials, type QueuedTrial, wholeProgress } from "./whole-progress.ts";

/** Rows that are added at once, when the last one comes into sight. */
const PAGE = 100;
const ABOUT =
  "One row per run. An arm is one of the treatments compared, a seed one repetition of it; an arm’s colour is the same in every chart. Final numbers are means over the last twentieth of a run’s readings, ten at least; those marked now are running means, as the charts have them.";

export class RunsTable implements Part {
  readonly node: HTMLElement;
  readonly #numbers: RunNumbers;
  readonly #tools: RunsTools;
  readonly #head = element("tr", { role: "row" });
  readonly #body = new RunsBody(() => nextFrame(this.#draw));
  readonly #answer = element("p", { class: "answer", role: "status" });
  readonly #whole = element("p", { class: "tally", role: "status" });
  readonly #more = element("button", { type: "button", class: "quiet", hidden: true, onclick: () => this.#addRows() });
  readonly #queued: QueuedRows;
  #context: Context;
  #heads = "";
  #looks = "";
  #limit = PAGE;

  constructor(context: Context) {
    this.#context = context;
    this.#queued = new QueuedRows(context.feed);
    this.#numbers = new RunNumbers(context.feed, () => nextFrame(this.#draw));
    const draw = (): void => nextFrame(this.#draw);
    this.#tools = new RunsTools(draw, () => this.#numbers.listStats(this.#listed()), draw);
    const head = element("thead", { role: "rowgroup" }, this.#head);
    const table = element("table", { role: "table" }, head, this.#body.node);
    const region = { class: "scroll", tabindex: 0, role: "region", "aria-label": "Table of runs" };
    const scroll = element("div", region, table, this.#more);
    const title = element("h2", { id: "runs-title" }, "Runs");
    this.node = element(
      "section",
      { class: "panel wide runs", "aria-labelledby": "runs-title" },
      this.#answer,
      element("div", { class: "panel-head" }, title, this.#whole),
      element("p", { class: "what" }, ABOUT),
      this.#tools.node,
      scroll,
      this.#tools.below,
      this.#queued.more,
    );
    const seen = (all: IntersectionObserverEntry[]) => all.some((one) => one.isIntersecting) && this.#addRows();
    new IntersectionObserver(seen, { root: scroll, rootMargin: "400px" }).observe(this.#more);
    setInterval(() => nextFrame(this.#draw), 1000);
  }

  update(context: Context): void {
    this.#context = context;
    nextFrame(this.#draw);
  }

  progress(): void {
    nextFrame(this.#draw);
  }

  readonly #draw = (): void => {
    const { selection, declarations, connection, runs: all, span } = this.#context;
    const listed = this.#listed();
    const columns = this.#columns(listed);
    this.#numbers.ask([...new Set([...listed, ...selection.runs])]);
    this.#numbers.look(span);
    setText(this.#whole, wholeProgress(declarations, all) ?? "");
    const outcomes = selection.visible.map((run) => outcomeOf(this.#numbers.of(run)));
    setText(this.#answer, outcomes.length > 0 ? openingSentence(outcomes) : "");
    const filter = runFilter(this.#tools.find.value.trim(), listed, (run) => ({ ...this.#named(run) }));
    const found = listed.filter(filter.finds);
    this.#tools.show({ listed, found, problem: filter.problem }, selection);

    const sort = urlState.get("sort") ?? "";
    const [down, by] = [sort.startsWith("-"), sort.replace(/^-/, "")];
    const rows = listedRows(
      found.map((run) => this.#numbers.of(run)),
      selection.all.map((run) => this.#numbers.of(run)),
      {
        isGrouped: urlState.flag("group"),
        column: columns.find(({ name }) => name === by),
        down,
        pin: urlState.get("pin"),
        isOpen: this.#body.isOpen,
      },
    );
    this.#showHeads(columns, by, down);
    const looks = JSON.stringify([this.#tools.find.value, sort, urlState.flag("group"), urlState.get("list")]);
    if (looks !== this.#looks) [this.#looks, this.#limit] = [looks, PAGE];
    const mayControl = connection.state === "live" && connection.controls;
    const waiting = this.#queued.show(this.#queue(), columns, mayControl);
    const shown = rows.slice(0, this.#limit);
    const drawing = { context: this.#context, columns, mayControl, hidden: hiddenRuns.all };
    this.#body.show(shown, { ...drawing, waiting: shown.length < rows.length ? [] : waiting });
    this.#more.hidden = shown.length === rows.length;
    setText(this.#more, `Show more: ${formatWhole(rows.length - shown.length)} rows are left`);
  };

  /** The runs that rows are of: those of the charts, or all of the experiment; and those hidden, where they are asked for. */
  #listed(): readonly RunState[] {
    const { runs, mine, away } = this.#context.selection;
    const shown = urlState.get("list") === "all" ? mine.filter(({ runId }) => !hiddenRuns.all.has(runId)) : runs;
    return urlState.flag("hidden") ? [...shown, ...away] : shown;
  }

  #columns(runs: readonly RunState[]): readonly RunColumn[] {
    const offered = offeredColumns(runs, varyingKeys(runs), this.#numbers.stats);
    this.#tools.columns.offer(offered);
    return chosenColumns(offered);
  }

  /** Numbers of a run by the names under which they are looked for. */
  #named(run: RunState) {
    const facts = this.#numbers.of(run);
    return { ...outcomeNumbers(facts), ...Object.fromEntries(facts.lasts ?? []) };
  }

  #showHeads(columns: readonly RunColumn[], by: string, down: boolean): void {
    const key = JSON.stringify([columns.map(({ name }) => name), by, down]);
    if (key === this.#heads) return;
    this.#heads = key;
    const sorted = down ? "down" : "up";
    const heads = columns.map((column) => runColumnHead(column, column.name === by ? sorted : ""));
    keepFocus(this.#head, () => this.#head.replaceChildren(...heads));
  }

  #addRows(): void {
    this.#limit += PAGE;
    nextFrame(this.#draw);
  }

  /** Trials of the experiment shown that wait, unless runs were chosen one by one. */
  #queue(): QueuedTrial[] {
    const { state, declarations, selection } = this.#context;
    if (state.list("runs").length > 0) return [];
    return queuedTrials(declarations).filter(({ experiment }) => experiment === selection.experiment);
  }
}
