import { Option, type Command } from "commander";
import { type Format, FORMATS } from "../terminal/render.ts";

/** How a command writes what it found, as commands take it. */
export interface OutputOptions {
  /** The whole result as JSON on standard output. */
  readonly json?: boolean;
  /** Less text: what the command's help says. JSON is the same with it. */
  readonly quiet?: boolean;
}

/** Adds `--json` and `--quiet`; `quietly` says what is left to say. */
export function outputOptions(command: Command, quietly: string): Command {
  return command.option("--json", "as JSON").option("--quiet", quietly);
}

/** Options of commands that print rows. */
export interface FormatOptions {
  readonly format: Format;
}

/** Adds `--format`, and `--json`, which is the same as `--format json`. */
export function formatOptions(command: Command): Command {
  return command
    .addOption(new Option("--format <format>", "how to print").choices(FORMATS).default("table"))
    .option("--json", "as JSON, the same as --format json")
    .on("option:json", () => command.setOptionValue("format", "json"));
}
