import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "node:util";
import type { Fence } from "./markdown.ts";

/** The `@example` blocks of the docstrings of src/, in the order of files. `norun` marks one that cannot run. */
export function examplesOfSource(): readonly Fence[] {
  return readdirSync("src", { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .sort()
    .flatMap((name) => examplesOf(join("src", name)));
}

/** The `@example` blocks of one file. */
function examplesOf(file: string): readonly Fence[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/^ *\* @example\n *\* ```(.*)\n([^]*?)^ *\* ```$/gm)].map(({ index, 1: info, 2: body }) => {
    const [language = "", ...words] = info!.split(" ");
    const line = text.slice(0, index).split("\n").length + 1;
    return { file, line, language, words, text: body!.replaceAll(/^ *\* ?/gm, "") };
  });
}

/** What an example says that it prints, in comments behind `console.log`; `…` stands for anything. */
export function saidToPrint({ text }: Fence): RegExp | undefined {
  const said = [...text.matchAll(/console\.log\(.*\/\/ (.+)$/gm)].map(([, comment]) => comment!);
  if (said.length === 0) return undefined;
  const parts = said.join(", ").split(/\s*…/);
  return new RegExp(`^${parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("[^]*")}$`);
}

/** What was printed, as `saidToPrint` has it: calls on one line, with double quotes. */
export function printed(calls: readonly (readonly unknown[])[]): string {
  const lines = calls.map((args) => format(...args));
  return lines.join(", ").replaceAll("'", '"').replaceAll(/\s+/g, " ");
}
