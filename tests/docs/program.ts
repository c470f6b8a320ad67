import { Command } from "commander";
import { auditCommand } from "../../src/run/commands/audit.ts";
import { completionCommand } from "../../src/run/commands/completion.ts";
import { compareCommand } from "../../src/run/commands/compare.ts";
import { dataCommand } from "../../src/run/commands/data.ts";
import { doctorCommand } from "../../src/run/commands/doctor.ts";
import { exportCommand } from "../../src/run/commands/export.ts";
import { importCommand } from "../../src/run/commands/import.ts";
import { initCommand } from "../../src/run/commands/init.ts";
import { noteCommand } from "../../src/run/commands/note.ts";
import { reproduceCommand } from "../../src/run/commands/reproduce.ts";
import { mcpCommand } from "../../src/run/commands/mcp.ts";
import { mergeCommand } from "../../src/run/commands/merge.ts";
import { resumeCommand } from "../../src/run/commands/resume.ts";
import { reportCommand } from "../../src/run/commands/report.ts";
import { runCommand } from "../../src/run/commands/run.ts";
import { runsCommand } from "../../src/run/commands/runs.ts";
import { serveCommand } from "../../src/run/commands/serve.ts";
import { setupCommand } from "../../src/run/commands/setup.ts";
import { sqlCommand } from "../../src/run/commands/sql.ts";
import { storeCommand } from "../../src/run/commands/store.ts";
import { sweepCommand } from "../../src/run/commands/sweep.ts";
import { watchCommand } from "../../src/run/commands/watch.ts";
import { workerCommand } from "../../src/run/commands/worker.ts";

export interface Parsed {
  /** `sql`, `data cifar10`. */
  readonly command: string;
  readonly args: readonly string[];
}

/** The commands of gradstream, which parse as they do on the command line and then do nothing. */
export function program(parsed: (what: Parsed) => void = () => {}): Command {
  const root = new Command("gradstream");
  for (const make of [
    // In the order of `--help`, which commands.test.ts compares.
    initCommand,
    runCommand,
    sweepCommand,
    workerCommand,
    resumeCommand,
    reproduceCommand,
    reportCommand,
    serveCommand,
    watchCommand,
    compareCommand,
    runsCommand,
    noteCommand,
    sqlCommand,
    exportCommand,
    importCommand,
    mergeCommand,
    storeCommand,
    mcpCommand,
    auditCommand,
    dataCommand,
    setupCommand,
    doctorCommand,
    () => completionCommand(() => Promise.resolve(root)),
  ]) {
    root.addCommand(make());
  }
  const prepare = (command: Command, path: readonly string[]): void => {
    command.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
    if (command.commands.length === 0) {
      command.action(() => parsed({ command: path.join(" "), args: command.args }));
    }
    for (const child of command.commands) prepare(child, [...path, child.name()]);
  };
  prepare(root, []);
  return root;
}

/** Commands by their names, `data cifar10` among them. */
export function commandsByName(): ReadonlyMap<string, Command> {
  const named = (command: Command, path: string): (readonly [string, Command])[] =>
    command.commands.length === 0
      ? [[path, command]]
      : command.commands.flatMap((child) => named(child, `${path} ${child.name()}`.trim()));
  return new Map(named(program(), ""));
}

/** The commands of a shell snippet as words; comments and where output goes are left out. */
export function commandLines(snippet: string): readonly (readonly string[])[] {
  const lines: string[][] = [];
  let words: string[] = [];
  // A quoted string, a comment, an operator, a line's end, or a bare word.
  for (const [token] of snippet.matchAll(/"(?:[^"\\]|\\.)*"|'[^']*'|\\\n|#[^\n]*|\n|[^\s"'#]+/g)) {
    if (token === "\n") {
      if (words.length > 0) lines.push(words);
      words = [];
    } else if (!token.startsWith("#") && token !== "\\\n") {
      words.push(/^["']/.test(token) ? token.slice(1, -1).replaceAll(/\\(["$`\\])/g, "$1") : token);
    }
  }
  if (words.length > 0) lines.push(words);
  return lines.map((line) => (line.includes(">") ? line.slice(0, line.indexOf(">")) : line));
}
