import { Command, CommanderError } from "commander";
import { UserError } from "../core/errors.ts";
import { oneLine } from "../core/one-line.ts";
import { EXIT_CODES, INTERRUPTED } from "./command-line/exit-code.ts";
import { say } from "./terminal/say.ts";
import { described, hasCrashed } from "./process/crash.ts";
import { Interrupted } from "./terminal/interrupted.ts";
import { packageVersion } from "./process/version.ts";

/** A command as `--help` lists it, and where it is. */
interface Listed {
  /** Its name with what it takes. */
  readonly term: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** The commands in the order of `--help`. Only the one that is called is loaded: with tfjs or DuckDB it takes a second. */
export const COMMANDS: Readonly<Record<string, Listed>> = {
  init: {
    term: "init [folder]",
    summary: "make a small project with a pipeline that trains at once",
    load: async () => (await import("./commands/init.ts")).initCommand(),
  },
  run: {
    term: "run [options] [pipeline]",
    summary: "train the arms of a pipeline, recording every reading",
    load: async () => (await import("./commands/run.ts")).runCommand(),
  },
  sweep: {
    term: "sweep [options] <pipeline>",
    summary: "train a pipeline at many hyper-parameters, on all cores or many machines",
    load: async () => (await import("./commands/sweep.ts")).sweepCommand(),
  },
  worker: {
    term: "worker [options]",
    summary: "train trials of a sweep that another machine plans",
    load: async () => (await import("./commands/worker.ts")).workerCommand(),
  },
  resume: {
    term: "resume [options] [run]",
    summary: "go on with runs that were interrupted, from their checkpoints",
    load: async () => (await import("./commands/resume.ts")).resumeCommand(),
  },
  reproduce: {
    term: "reproduce [options]",
    summary: "train the paper's experiments, judge its claims, write the report",
    load: async () => (await import("./commands/reproduce.ts")).reproduceCommand(),
  },
  report: {
    term: "report [options]",
    summary: "judge the paper's claims and draw its figures from recorded runs",
    load: async () => (await import("./commands/report.ts")).reportCommand(),
  },
  serve: {
    term: "serve [options]",
    summary: "serve the pages of what was recorded",
    load: async () => (await import("./commands/serve.ts")).serveCommand(),
  },
  watch: {
    term: "watch [options] [run]",
    summary: "show in this terminal how runs are doing, from the feed of a gradstream run or serve",
    load: async () => (await import("./commands/watch.ts")).watchCommand(),
  },
  compare: {
    term: "compare [options] <what...>",
    summary: "write a page that sets runs or arms beside each other",
    load: async () => (await import("./commands/compare.ts")).compareCommand(),
  },
  runs: {
    term: "runs [options] [run]",
    summary: "list recorded runs with their final numbers, or show one with all that is recorded of it",
    load: async () => (await import("./commands/runs.ts")).runsCommand(),
  },
  note: {
    term: "note [options] <run> [text]",
    summary: "note something on a recorded run, and tag it",
    load: async () => (await import("./commands/note.ts")).noteCommand(),
  },
  sql: {
    term: "sql [options] <query>",
    summary: "run SQL over what was recorded and print the result",
    load: async () => (await import("./commands/sql.ts")).sqlCommand(),
  },
  export: {
    term: "export [options] <folder>",
    summary: "write the finished runs of a store as a folder of Parquet or other files",
    load: async () => (await import("./commands/export.ts")).exportCommand(),
  },
  import: {
    term: "import [options] <archive>",
    summary: "take over the runs of an archive into a store",
    load: async () => (await import("./commands/import.ts")).importCommand(),
  },
  merge: {
    term: "merge [options] <into> <from...>",
    summary: "take over the runs of other stores into one",
    load: async () => (await import("./commands/merge.ts")).mergeCommand(),
  },
  store: {
    term: "store",
    summary: "compact, verify and prune a store",
    load: async () => (await import("./commands/store.ts")).storeCommand(),
  },
  mcp: {
    term: "mcp [options]",
    summary: "answer programs that speak the Model Context Protocol about what was recorded",
    load: async () => (await import("./commands/mcp.ts")).mcpCommand(),
  },
  audit: {
    term: "audit [options] <pipeline>",
    summary: "write down one step of a run with everything its readings came from",
    load: async () => (await import("./commands/audit.ts")).auditCommand(),
  },
  data: {
    term: "data",
    summary: "get and list data sets",
    load: async () => (await import("./commands/data.ts")).dataCommand(),
  },
  setup: {
    term: "setup",
    summary: "get what backends need beyond npm packages (TensorFlow: 274 MB)",
    load: async () => (await import("./commands/setup.ts")).setupCommand(),
  },
  doctor: {
    term: "doctor [options]",
    summary: "check Node, backends, data sets and the store",
    load: async () => (await import("./commands/doctor.ts")).doctorCommand(),
  },
  completion: {
    term: "completion <shell>",
    summary: "print a script that makes a shell complete gradstream's commands and options",
    load: async () => (await import("./commands/completion.ts")).completionCommand(() => programWith(() => true)),
  },
};

/** Runs the command line and sets the exit code, as `EXIT_CODES` says. */
export async function main(argv: readonly string[]): Promise<void> {
  const called = argv.slice(2).find((word) => !word.startsWith("-") && word !== "help");
  const program = await programWith((name) => name === called);
  prepare(program);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    // What comes of an error that nothing caught, such as a store that cannot be closed either, is not told besides.
    if (!hasCrashed()) process.exitCode = explain(error);
  }
}

/** Makes the program with its commands: those that `isLoaded` picks whole, of the others what `--help` says. */
async function programWith(isLoaded: (name: string) => boolean): Promise<Command> {
  const program = new Command("gradstream")
    .description("Neural-network training as RxJS streams: measure it while it runs, query it with SQL.")
    .version(packageVersion())
    .helpCommand(true)
    .addHelpText("after", EXIT_CODES);
  program.configureHelp({ subcommandTerm: (command) => COMMANDS[command.name()]?.term ?? "help [command]" });
  for (const [name, { summary, load }] of Object.entries(COMMANDS)) {
    program.addCommand(isLoaded(name) ? await load() : new Command(name).description(summary));
  }
  return program;
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
    return error instanceof Interrupted ? INTERRUPTED : 2;
  }
  if (isOfMachine(error)) {
    say(`gradstream: ${oneLine(error)}`);
    return 2;
  }
  for (const line of `gradstream: unexpected error: ${described(error)}`.split("\n")) say(line);
  return 1;
}

/** A disk that is full, or a folder that cannot be written to: no mistake of this program's. */
function isOfMachine(error: unknown): boolean {
  const { code = "", syscall } = error as NodeJS.ErrnoException;
  if (!(error instanceof Error) || syscall === undefined) return false;
  // Making folders below one that is read-only, Node says that there is none.
  return ["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM"].includes(code) || (syscall === "mkdir" && code === "ENOENT");
}
