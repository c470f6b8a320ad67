import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Fence {
  readonly file: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  readonly language: string;
  /** Words after the language; `norun` marks a block that cannot run, for a reason that the text gives. */
  readonly words: readonly string[];
  readonly text: string;
}

const below = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    // docs/api is written by a program.
    .filter((name) => name.endsWith(".md") && !/^api[\\/]/.test(name))
    .map((name) => join(folder, name));

/** The documents whose links, file names and snippets are checked. */
export const DOCUMENTS: readonly string[] = [
  ...readdirSync(".").filter((name) => name.endsWith(".md")),
  ...["docs", "pipelines", "bench", "data", "tests/fixtures"].flatMap(below),
].sort();

/** Those whose snippets run: a reader tries what they say. */
export const RUNNABLE: readonly string[] = DOCUMENTS.filter((file) => /^(README|CONTRIBUTING|docs\/)/.test(file));

/** The fenced blocks of a document, in order. */
export function fencesOf(file: string): readonly Fence[] {
  const fences: Fence[] = [];
  let open: { line: number; info: string; lines: string[] } | undefined;
  readFileSync(file, "utf8")
    .split("\n")
    .forEach((text, i) => {
      if (!text.startsWith("```")) return open?.lines.push(text);
      if (!open) return (open = { line: i + 1, info: text.slice(3).trim(), lines: [] });
      const [language = "", ...words] = open.info.split(/\s+/);
      fences.push({ file, line: open.line, language, words, text: open.lines.join("\n") });
      open = undefined;
    });
  return fences;
}

/** The blocks in one language that a reader may run, with their place as a name for the test. */
export function runnable(language: string): readonly (readonly [place: string, fence: Fence])[] {
  return RUNNABLE.flatMap(fencesOf)
    .filter((fence) => fence.language === language && !fence.words.includes("norun"))
    .map((fence) => [`${fence.file}:${fence.line}`, fence] as const);
}

/** A document without its fenced blocks: prose, tables and headings. */
export function proseOf(file: string): string {
  return readFileSync(file, "utf8").replaceAll(/^```[^]*?^```$/gm, "");
}

/** The anchors of a document's headings, as GitHub makes them. */
export function anchorsOf(file: string): readonly string[] {
  const seen = new Map<string, number>();
  return [...proseOf(file).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => {
    const plain = heading!.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const anchor = plain.replaceAll(/[^\p{L}\p{N}_ -]/gu, "").replaceAll(" ", "-");
    const before = seen.get(anchor) ?? 0;
    seen.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
}
