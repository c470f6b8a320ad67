import { type Palette, palette, variables } from "../../view/palette.ts";

/** Gives the page the colours of a theme, where it has others; returns them, `before` where it has them already. */
export function colouredPage(theme: string, before: Palette): Palette {
  const root = document.documentElement;
  const side = theme === "dark" ? "dark" : "light";
  if (root.dataset["theme"] === side) return before;
  root.dataset["theme"] = side;
  for (const [name, colour] of Object.entries(variables(side))) root.style.setProperty(name, colour);
  return palette(side);
}
