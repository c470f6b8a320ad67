// What the runs shown will never fill: its panels give their place to one list, which says what would fill them.

import { grouped } from "../../view/grouped.ts";
import type { Context, Part } from "./context.ts";
import { copied } from "./copied.ts";
import { element } from "./element.ts";
import { fillingCommand, fillingOf, gives, misfitOf, type Need } from "./needs.ts";

interface Absent {
  readonly title: string;
  readonly need: Need;
}

export class AbsentParts {
  readonly node: HTMLElement;
  readonly #list = element("div", { class: "absent-list" });
  #key = "";

  constructor() {
    this.node = element(
      "section",
      { class: "panel wide", "aria-label": "Not recorded in these runs", "data-panel": "absent", hidden: true },
      element("div", { class: "panel-head" }, element("h2", {}, "Not recorded in these runs")),
      this.#list,
    );
  }

  /** Takes the parts that stay empty out of the page, and lists them. */
  update(context: Context, parts: readonly Part[]): void {
    const { declared, selection } = context;
    const absent: Absent[] = [];
    for (const part of parts) {
      const { node, title = "" } = part;
      const need = part.needs?.(context);
      const isAbsent = need !== undefined && gives(declared, selection.runs, need) === false;
      node?.classList.toggle("absent", isAbsent);
      if (isAbsent && !node?.hidden) absent.push({ title, need });
    }
    const pipeline = selection.runs[0]?.pipeline ?? "";
    const groups = [...grouped(absent, ({ need }) => JSON.stringify(need))];
    const items = groups.map(([, members]) => ({
      titles: members.map(({ title }) => title).join(" · "),
      need: members[0]!.need,
      misfit: misfitOf(declared, selection.runs, members[0]!.need),
    }));
    const key = JSON.stringify([items, pipeline]);
    if (key === this.#key) return;
    this.#key = key;
    this.node.hidden = items.length === 0;
    this.#list.replaceChildren(...items.map(({ titles, need, misfit }) => itemOf(titles, need, misfit, pipeline)));
  }
}

function itemOf(titles: string, need: Need, misfit: string | undefined, pipeline: string): HTMLElement {
  const filling = fillingOf(need);
  const how =
    misfit === undefined && filling
      ? [
          element("p", {}, `Give probes(…) in ${pipeline || "the pipeline"} this line, and the next run has it:`),
          copied(filling.line),
          element("p", {}, "Or train a pipeline that has it:"),
          copied(fillingCommand(filling)),
        ]
      : [element("p", {}, misfit ?? `The probe ${need.probes.join(" or ")} records it.`)];
  return element("div", { class: "absent-item" }, element("h3", {}, titles), ...how);
}
