const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Escapes text for HTML and XML, between tags and in attributes. */
export const escapeXml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);

/** Gives the width in pixels that text of this size will need at most. */
export const widthOf = (text: string, size: number): number => Array.from(text).length * size * 0.58;

/** Breaks text into lines of at most `width` pixels; a word that is longer by itself is cut. */
export function wrapped(text: string, width: number, size: number): string[] {
  const fits = (line: string): boolean => widthOf(line, size) <= width;
  const most = Math.floor(width / size / 0.58) - 1;
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const longer = `${lines.at(-1) ?? ""} ${word}`.trim();
    if (lines.length > 0 && fits(longer)) lines[lines.length - 1] = longer;
    else if (fits(word)) lines.push(word);
    else lines.push(`${Array.from(word).slice(0, most).join("")}…`);
  }
  return lines;
}
