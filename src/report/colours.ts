import type { Ink } from "../view/figure.ts";
import { stepColour, variables } from "../view/palette.ts";

/** Gives the colours of one ground as declarations of a style sheet. */
export function declarations(ground: "light" | "dark"): string {
  return Object.entries(variables(ground))
    .map(([name, colour]) => `${name}: ${colour};`)
    .join(" ");
}

/** Writes the light colours out, for programs that know no variables. */
export function onLightGround(svg: string): string {
  const light = variables("light");
  return svg.replace(/var\((--[\w-]+)\)/g, (whole, name: string) => light[name] ?? whole);
}

/** Gives the colour of a line or a sign; what speaks of all arms is muted. */
export function inked(ink: Ink | undefined): string {
  if (ink === undefined) return "var(--muted)";
  return "place" in ink ? `var(--arm-${ink.place})` : stepColour(ink.share);
}
