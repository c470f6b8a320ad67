import { Option, type Command } from "commander";
import type { Paper } from "../../paper/paper.ts";
import { contentsOf } from "../../paper/plan.ts";
import { list } from "./options.ts";

/** A paper, and what of it, as commands take them. */
export interface PaperOptions {
  readonly paper: string;
  readonly only?: readonly string[];
}

/** Adds `--paper <name>`, by default the first of them, and `--only <a,b>`. */
export function paperOptions(command: Command, papers: readonly Paper[]): Command {
  const there = papers.map((paper) => (papers.length > 1 ? `${paper.name}: ${contentsOf(paper)}` : contentsOf(paper)));
  return command
    .addOption(
      new Option("--paper <name>", "the paper to reproduce")
        .choices(papers.map(({ name }) => name))
        .default(papers[0]!.name),
    )
    .option("--only <a,b>", `only some of ${there.join("; ")}`, list);
}

/** Returns the paper that `--paper` names. */
export const paperOf = (papers: readonly Paper[], { paper }: PaperOptions): Paper =>
  papers.find(({ name }) => name === paper)!;
