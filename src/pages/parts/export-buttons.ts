import { download, pngOf } from "./download.ts";
import { element } from "./element.ts";

/** What can be saved as a file. */
interface Exportable {
  readonly options: { readonly id: string; readonly title: string };
  readonly node: HTMLElement;
  svg(): string;
  csv(): string;
}

/** Makes the buttons that save what a panel shows as files. */
export function exportButtons(panel: Exportable): HTMLElement {
  const { id, title } = panel.options;
  const name = (): string => `${id}-${new Date().toISOString().slice(0, 16).replace(/\D/g, "")}`;
  const button = (kind: string, make: () => Blob | Promise<Blob>): HTMLElement => {
    const go = async (): Promise<void> => {
      if (panel.node.dataset["state"] === "ready") download(await make(), `${name()}.${kind.toLowerCase()}`);
    };
    const label = `Save ${title} as ${kind}`;
    return element(
      "button",
      { type: "button", class: "quiet", "aria-label": label, title: label, onclick: () => void go() },
      kind,
    );
  };
  return element(
    "span",
    { class: "exports" },
    button("PNG", () => pngOf(panel.svg())),
    button("SVG", () => new Blob([panel.svg()], { type: "image/svg+xml" })),
    button("CSV", () => new Blob([panel.csv()], { type: "text/csv" })),
  );
}
