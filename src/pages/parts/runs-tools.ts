// What stands above and below the rows of the table of runs: the search, switches, and what is said of rows that are not there.

import type { RunState } from "../../feed/client/index.ts";
import { counted, formatWhole } from "../../view/numbers.ts";
import { choice, fillOptions } from "./choice.ts";
import { ColumnChoice } from "./column-choice.ts";
import type { Selection } from "./context.ts";
import { element } from "./element.ts";
import { hiddenRuns } from "./hidden-runs.ts";
import { setText } from "./legend.ts";
import { paced } from "./paced.ts";
import { MOST_NAMES } from "./selection.ts";
import { urlState } from "./url-state.ts";

/** Browsers refuse an address that changes more often. */
const ADDRESS_MS = 400;

/** How many rows there are, found and shown. */
interface Counts {
  readonly listed: readonly RunState[];
  readonly found: readonly RunState[];
  readonly problem: string | undefined;
}

export class RunsTools {
  readonly find = element("input", {
    type: "search",
    class: "find",
    placeholder: "batchNorm learningRate>=0.1",
    "aria-label": "Find runs by words, or by settings such as learningRate>=0.1",
    "aria-describedby": "runs-found",
  });
  readonly columns: ColumnChoice;
  readonly node: HTMLElement;
  readonly below: HTMLElement;
  readonly #found = element("p", { class: "count", role: "status", id: "runs-found" });
  readonly #scope = choice("List", "list", (value) => ({ list: value === "all" ? "all" : "" }));
  readonly #grouped = element("input", { type: "checkbox" });
  readonly #draw = element("button", { type: "button", class: "quiet" });
  readonly #hidden = element("p", { class: "count hidden-runs" });
  readonly #hiddenText = element("span", { role: "status" });
  readonly #list = element("button", { type: "button", class: "quiet" });
  #ids: readonly string[] = [];

  /** `onType` is called when another text was typed, `onOpen` when the columns are opened, `onColumns` when others were chosen. */
  constructor(onType: () => void, onOpen: () => void, onColumns: () => void) {
    this.columns = new ColumnChoice(onOpen, onColumns);
    this.find.value = urlState.get("find") ?? "";
    const keep = paced(ADDRESS_MS, () => urlState.set({ find: this.find.value }, { replace: true }));
    this.find.addEventListener("input", () => {
      onType();
      keep();
    });
    window.addEventListener("popstate", () => (this.find.value = urlState.get("find") ?? ""));
    this.#grouped.addEventListener("change", () =>
      urlState.set({ group: this.#grouped.checked ? 1 : undefined }, { replace: true }),
    );
    this.#draw.addEventListener("click", () => urlState.set({ runs: this.#ids }));
    this.#list.addEventListener("click", () =>
      urlState.set({ hidden: urlState.flag("hidden") ? undefined : 1 }, { replace: true }),
    );
    const again = element(
      "button",
      { type: "button", class: "quiet", onclick: () => hiddenRuns.remove(this.#away) },
      "Show all again",
    );
    this.#hidden.append(this.#hiddenText, this.#list, again);
    const group = element("label", { class: "switch" }, this.#grouped, "Group by arm");
    const search = element("div", { class: "search" }, this.find, this.#found);
    this.node = element(
      "div",
      { class: "controls runs-tools" },
      search,
      this.#draw,
      this.#scope.node,
      group,
      this.columns.node,
    );
    this.below = this.#hidden;
  }

  #away: readonly string[] = [];

  /** Shows how many runs there are, and what is chosen. */
  show({ listed, found, problem }: Counts, { runs, mine, away, experiment }: Selection): void {
    const isAll = urlState.get("list") === "all";
    this.#grouped.checked = urlState.flag("group");
    fillOptions(
      this.#scope.select,
      [
        ["", `${counted(runs.length, "run")} of the charts`],
        ["all", `all ${formatWhole(mine.length - away.length)} of ${experiment ?? ""}`],
      ],
      isAll ? "all" : "",
    );
    this.#scope.node.hidden = !isAll && mine.length - away.length <= runs.length;
    const isSearch = found.length < listed.length;
    setText(this.#found, problem ?? (isSearch ? `${found.length} of ${counted(listed.length, "run")} found` : ""));
    this.#found.classList.toggle("wrong", problem !== undefined);
    this.#ids = found.map(({ runId }) => runId);
    const isDrawn = this.#ids.length === runs.length && !isSearch;
    this.#draw.hidden = isDrawn || !(isAll || isSearch) || found.length === 0 || found.length > MOST_NAMES;
    setText(this.#draw, found.length === 1 ? "Draw this one" : `Draw these ${found.length}`);
    this.#away = away.map(({ runId }) => runId);
    this.#hidden.hidden = away.length === 0;
    setText(this.#hiddenText, `${counted(away.length, "run")} hidden, here and in the charts`);
    setText(this.#list, urlState.flag("hidden") ? "Leave them out" : "List them");
  }
}
