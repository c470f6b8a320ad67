// Tables and views, with their columns, beside the editor.

import { element } from "./element.ts";
import type { TableColumns } from "./sql-tables.ts";

/** Lists tables, then views, then the views of figures; a click puts a name into the editor. */
export function schemaList(tables: readonly TableColumns[], insert: (name: string) => void): HTMLElement[] {
  const isFigure = ({ name }: TableColumns): boolean => name.startsWith("figure_");
  const parts = [
    ["Tables", tables.filter(({ isView }) => !isView)],
    ["Views", tables.filter((one) => one.isView && !isFigure(one))],
    ["The paper’s figures", tables.filter((one) => one.isView && isFigure(one))],
  ] as const;
  return parts.flatMap(([title, some]) =>
    some.length === 0
      ? []
      : [element("h3", {}, title), element("ul", {}, ...some.map((table) => tableItem(table, insert)))],
  );
}

function tableItem({ name, columns }: TableColumns, insert: (name: string) => void): HTMLElement {
  const put = (text: string): HTMLElement =>
    element(
      "button",
      { type: "button", class: "quiet", "aria-label": `Insert ${text}`, onclick: () => insert(text) },
      text,
    );
  const items = columns.map((column) =>
    element("li", {}, put(column.name), element("span", { class: "type" }, column.type.toLowerCase())),
  );
  const all = element("li", {}, put(`FROM ${name}`));
  return element("li", {}, element("details", {}, element("summary", {}, name), element("ul", {}, all, ...items)));
}
