import { Argument, Command } from "commander";
import { bashScript } from "../completion/bash.ts";
import { completionsOf, type Completions } from "../completion/completions.ts";
import { fishScript } from "../completion/fish.ts";
import { zshScript } from "../completion/zsh.ts";
import { shippedPipelines } from "../pipeline/load-pipeline.ts";

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;
/** Commands whose argument may be a pipeline that ships. */
const TAKE_PIPELINES = ["run", "audit", "sweep"];

const EXAMPLES = `
The script completes commands, options, their values where they have choices, and pipelines that ship. It is written from the
commands themselves: write it anew after an update.

Examples:
  $ source <(gradstream completion bash)                                  # in ~/.bashrc
  $ source <(gradstream completion zsh)                                   # in ~/.zshrc, after compinit
  $ gradstream completion fish > ~/.config/fish/completions/gradstream.fish`;

/** Makes `gradstream completion`, which writes what a shell completes; `program` gives all the commands. */
export function completionCommand(program: () => Promise<Command>): Command {
  return new Command("completion")
    .description("print a script that makes a shell complete gradstream's commands and options")
    .addArgument(new Argument("<shell>", "the shell").choices(Object.keys(SCRIPTS)))
    .addHelpText("after", EXAMPLES)
    .action(async (shell: keyof typeof SCRIPTS) => {
      process.stdout.write(SCRIPTS[shell](completionsOf(await program()).map(withPipelines)));
    });
}

function withPipelines(one: Completions): Completions {
  return TAKE_PIPELINES.includes(one.path) ? { ...one, argument: shippedPipelines() } : one;
}
