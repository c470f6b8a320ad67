import type { Command, Option } from "commander";

/** What a shell may complete after a command. */
export interface Completions {
  /** The words that lead there: "", `run` or `data cifar10`. */
  readonly path: string;
  readonly description: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly OptionChoices[];
  /** Whether an argument may be a file, as far as is known. */
  readonly takesFiles: boolean;
  /** Words that its first argument may be. */
  readonly argument: readonly string[];
}

/** An option as shells complete it. */
export interface OptionChoices {
  /** `--scale`. */
  readonly flag: string;
  readonly description: string;
  /** What its value is: one of `choices`, a `file`, a `folder`, some other text; `none` where it takes none. */
  readonly value: "choices" | "file" | "folder" | "text" | "none";
  readonly choices: readonly string[];
}

/** Lists what can be completed after a command and after each of its subcommands, with `--help` of each. */
export function completionsOf(command: Command, path = ""): readonly Completions[] {
  const own: Completions = {
    path,
    description: command.description(),
    commands: command.commands.map((child) => ({ name: child.name(), description: child.description() })),
    options: [...command.options.map(optionChoices), HELP],
    takesFiles: command.registeredArguments.some(({ argChoices }) => argChoices === undefined),
    argument: command.registeredArguments[0]?.argChoices ?? [],
  };
  return [own, ...command.commands.flatMap((child) => completionsOf(child, `${path} ${child.name()}`.trim()))];
}

const HELP: OptionChoices = { flag: "--help", description: "display help for command", value: "none", choices: [] };

function optionChoices({ long, description, argChoices = [], required, optional, flags }: Option): OptionChoices {
  const [, what] = /<(file|folder)>/.exec(flags) ?? [];
  const value = what as "file" | "folder" | undefined;
  return {
    flag: long!,
    description,
    value: !required && !optional ? "none" : argChoices.length > 0 ? "choices" : (value ?? "text"),
    choices: argChoices,
  };
}
