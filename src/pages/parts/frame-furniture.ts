import type { Selection } from "./context.ts";
import { element } from "./element.ts";
import { type Declared, gives, PAGE_NEEDS } from "./needs.ts";
import { urlState } from "./url-state.ts";

const SWEEPS = "sweeps.html";
const PAGES = [
  ["./", "Overview"],
  ["activations.html", "Activations"],
  ["ics.html", "Covariate shift"],
  ["landscape.html", "Landscape"],
  ["gradients.html", "Gradients"],
  ["compare.html", "Compare"],
  [SWEEPS, "Sweeps"],
  ["paper.html", "Claims and figures"],
  ["sql.html", "SQL"],
] as const;
const THEMES = [
  ["", "System colours"],
  ["light", "Light"],
  ["dark", "Dark"],
] as const;

/** Links to the pages, and what they say of what the runs give. */
export interface Navigation {
  readonly nodes: readonly HTMLElement[];
  /** Dims the pages that the runs shown will never fill, and that of sweeps where `hasSweeps` is false. */
  readonly update: (declared: Declared, runs: Selection["runs"], hasSweeps: boolean | undefined) => void;
}

/** Makes the name, and links to all pages, which hand on what is chosen. */
export function navigation(): Navigation {
  const file = location.pathname.split("/").at(-1)!;
  const here = file === "" || file === "index.html" ? "./" : file;
  const links = PAGES.map(([path, name]) =>
    element("a", { href: path, "data-path": path, "aria-current": path === here && "page" }, name),
  );
  const carryState = (): void => {
    for (const link of links) link.setAttribute("href", link.dataset["path"]! + urlState.shared());
  };
  carryState();
  urlState.subscribe(carryState);
  const nodes = [
    element("a", { class: "brand", href: "./" }, "gradstream"),
    element("nav", { "aria-label": "Pages" }, ...links),
  ];
  const update: Navigation["update"] = (declared, runs, hasSweeps) => {
    for (const link of links) {
      const path = link.dataset["path"]!;
      const why = path === SWEEPS && hasSweeps === false ? "this store has no sweep" : lackOf(path, declared, runs);
      link.classList.toggle("dim", why !== "");
      link.title = why;
      if (why !== "") link.setAttribute("aria-description", why);
      else link.removeAttribute("aria-description");
    }
  };
  return { nodes, update };
}

/** Says why runs do not fill a page; empty where they do, or may. */
function lackOf(path: string, declared: Declared, runs: Selection["runs"]): string {
  const need = PAGE_NEEDS[path];
  const isEmpty = need !== undefined && gives(declared, runs, need) === false;
  return isEmpty ? `nothing for it is recorded in these runs, no ${need.probes.join(" and no ")}` : "";
}

/** Makes a select of the colours; its choice goes to the URL. */
export function themeChoice(): HTMLElement {
  const options = THEMES.map(([value, text]) => element("option", { value }, text));
  const select = element("select", { "aria-label": "Colours" }, ...options);
  select.value = urlState.get("theme") ?? "";
  select.addEventListener("change", () => urlState.set({ theme: select.value }, { replace: true }));
  return select;
}

/** Makes the head of a page: title, question, what the runs have in common, tools of the page, the connection. */
export function head(
  title: string,
  question: string,
  about: HTMLElement,
  tools: readonly HTMLElement[],
  pill: HTMLElement,
): HTMLElement {
  return element(
    "div",
    { class: "head" },
    element("div", { class: "title" }, element("h1", {}, title), element("p", { class: "question" }, question), about),
    element(
      "div",
      { class: "tools" },
      ...tools,
      element("p", { class: "pill", id: "connection" }, element("span", { class: "dot" }), pill),
    ),
  );
}

/** Makes the foot of a page. */
export function footer(): HTMLElement {
  const code = (text: string): HTMLElement => element("code", {}, text);
  return element(
    "footer",
    {},
    element(
      "p",
      {},
      "After Santurkar et al., “How Does Batch Normalization Help Optimization?” (2018). Drag across a chart to zoom, double-click to see all steps. Everything drawn here is recorded: ",
      code("gradstream runs"),
      " lists it, ",
      code('gradstream sql "FROM run_summary"'),
      " queries it.",
    ),
  );
}
