import { Command, CommanderError } from "commander";
import { UserError } from "../core/errors.ts";
import { auditCommand } from "./commands/audit.ts";
import { compareCommand } from "./commands/compare.ts";
import { dataCommand } from "./commands/data.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { exportCommand } from "./commands/export.ts";
import { importCommand } from "./commands/import.ts";
import { reproduceCommand } from "./commands/reproduce.ts";
import { reportCommand } from "./commands/report.ts";
import { runCommand } from "./commands/run.ts";
import { runsCommand } from "./commands/runs.ts";
import { serveCommand } from "./commands/serve.ts";
import { setupCommand } from "./commands/setup.ts";
import { sqlCommand } from "./commands/sql.ts";
import { watchCommand } from "./commands/watch.ts";
import { EXIT_CODES } from "./command-line/exit-code.ts";
import { say } from "./terminal/say.ts";
import { described } from "./process/crash.ts";
import { packageVersion } from "./process/version.ts";

/** Runs the command line and sets the exit code, as `EXIT_CODES` says. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command("gradstream")
    .description("Neural-network training as RxJS streams: measure it while it runs, query it with SQL.")
    .version(packageVersion())
    .helpCommand(true)
    .addHelpText("after", EXIT_CODES);
  const commands = [
    runCommand(),
    reproduceCommand(),
    reportCommand(),
    serveCommand(),
    watchCommand(),
    compareCommand(),
    runsCommand(),
    sqlCommand(),
    exportCommand(),
    importCommand(),
    auditCommand(),
    dataCommand(),
    setupCommand(),
    doctorCommand(),
  ];
  for (const command of commands) program.addCommand(command);
  prepare(program);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    process.exitCode = explain(error);
  }
}

/** Errors are thrown, so that all of them end in `explain`. */
function prepare(command: Command): void {
  command.exitOverride().configureOutput({ outputError: () => undefined });
  command.commands.forEach(prepare);
}

function explain(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    const message = error.message.replace(/^error: /, "").replaceAll(/\s*\n\s*/g, " ");
    if (error.code !== "commander.help") say(`gradstream: ${message} (see --help)`);
    return 2;
  }
  if (error instanceof UserError) {
    say(`gradstream: ${error.message}`);
    return 2;
  }
  for (const line of `gradstream: unexpected error: ${described(error)}`.split("\n")) say(line);
  return 1;
}
