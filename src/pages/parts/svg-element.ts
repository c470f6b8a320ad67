import { escapeXml } from "../../view/text.ts";

/** Writes text at a place. */
export const svgText = (x: number, y: number, content: string, attributes: string): string =>
  `<text x="${x}" y="${y}" ${attributes}>${escapeXml(content)}</text>`;

/** Writes the dashes of a stroke, nothing for a solid one. */
export const dashAttribute = (dash: readonly number[]): string =>
  dash.length > 0 ? ` stroke-dasharray="${dash.join(" ")}"` : "";
