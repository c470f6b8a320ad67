// Elements without markup in strings: attributes by name, listeners by `on…`, children as nodes or text.

type Value = string | number | boolean | undefined | ((event: Event) => unknown);
type Child = Node | string | undefined;

/**
 * Makes an element: `element("button", { class: "quiet", onclick: go, "aria-pressed": true }, "Go")`. False and
 * undefined attributes are left out.
 */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, Value>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = String(value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== undefined));
  return node;
}
