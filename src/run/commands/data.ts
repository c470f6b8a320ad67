import { join, relative, resolve } from "node:path";
import { Command } from "commander";
import { UserError } from "../../core/errors.ts";
import { plainText } from "../../core/plain-text.ts";
import { cifar10Files, findCifar10, type Cifar10Files } from "../../data/cifar10-files.ts";
import { CIFAR10_URL, downloadCifar10 } from "../../data/download.ts";
import { outputOptions, type OutputOptions } from "../command-line/output-options.ts";
import { canRedraw } from "../terminal/colour.ts";
import { jsonText } from "../terminal/json-text.ts";
import { transferProgress, type ProgressStream } from "../../data/transfer-progress.ts";

/** What `gradstream data` reads and writes. */
interface DataCommandEnvironment {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdout: ProgressStream;
  readonly stderr: ProgressStream;
}

/** Makes `gradstream data`: `cifar10` downloads CIFAR-10, `list` says which data sets are there. */
export function dataCommand(environment: DataCommandEnvironment = ownProcess()): Command {
  const { env } = environment;
  const command = new Command("data").description("get and list data sets");
  command
    .command("cifar10")
    .description("download CIFAR-10 (170 MB), check it and unpack it")
    .option("--dir <folder>", "where to put cifar-10-batches-bin", "data")
    .option(
      "--url <url>",
      "where to get the archive (or set GRADSTREAM_CIFAR10_URL)",
      env["GRADSTREAM_CIFAR10_URL"] || CIFAR10_URL,
    )
    .action((options: { dir: string; url: string }) => getCifar10(options, environment));
  const listCommand = command.command("list").description("list the data sets that can be used here");
  outputOptions(listCommand, "only the names of those that are there, a line each").action((options: OutputOptions) =>
    list(environment, options),
  );
  return command;
}

function ownProcess(): DataCommandEnvironment {
  return { env: process.env, cwd: process.cwd(), stdout: process.stdout, stderr: process.stderr };
}

async function getCifar10(options: { dir: string; url: string }, environment: DataCommandEnvironment): Promise<void> {
  const { cwd, stdout, stderr } = environment;
  const { url } = options;
  if (!/^https?:/.test(url) || !URL.canParse(url)) throw new UserError(`data: --url ${url} is no http(s) address`);
  const dir = resolve(cwd, options.dir);
  const progress = transferProgress({ isTTY: canRedraw(stderr), write: (text) => stderr.write(text) });
  let stage = "";
  let result;
  try {
    result = await downloadCifar10({
      dir,
      url,
      onNotice(line) {
        progress.end();
        stderr.write(`${plainText(line)}\n`);
      },
      onProgress(now) {
        if (now.stage !== stage) {
          progress.end();
          stderr.write({ download: `downloading ${url}\n`, check: "checking\n", unpack: "unpacking\n" }[now.stage]);
          stage = now.stage;
        }
        if (now.stage === "download") progress.update(now.received, now.total);
      },
    });
  } finally {
    progress.end();
  }
  const { files, fetched } = result;
  const place = shown(files.dir, cwd);
  if (fetched) stdout.write(`CIFAR-10 is in ${place}: ${counts(files)}\n`);
  else stdout.write(`CIFAR-10 is already in ${place}: ${counts(files)}; delete the folder to download it again\n`);
  if (dir !== join(cwd, "data")) stdout.write(`set CIFAR10_DIR=${files.dir} so that runs find it\n`);
}

/** A data set as `list` tells of it. */
interface Listed {
  readonly name: string;
  readonly available: boolean;
  /** Where it is and how many images it has, or how to get it. */
  readonly detail: string;
}

function list({ env, cwd, stdout }: DataCommandEnvironment, { json, quiet }: OutputOptions): void {
  const sets: readonly Listed[] = [
    cifar10Listed(findCifar10(env, cwd), cwd),
    { name: "shapes10", available: true, detail: "generated, 10000 train, 2000 test" },
  ];
  if (json) stdout.write(jsonText(sets));
  else if (quiet) for (const { name, available } of sets) stdout.write(available ? `${name}\n` : "");
  else for (const { name, detail } of sets) stdout.write(`${name.padEnd(10)}${detail}\n`);
}

function cifar10Listed(dir: string | undefined, cwd: string): Listed {
  const name = "cifar10";
  if (dir === undefined) return { name, available: false, detail: "not here (`npx gradstream data cifar10` gets it)" };
  try {
    return { name, available: true, detail: `${shown(dir, cwd)}, ${counts(cifar10Files(dir))}` };
  } catch (error) {
    if (error instanceof UserError) return { name, available: false, detail: error.message };
    throw error;
  }
}

function counts(files: Cifar10Files): string {
  return `${files.train.reduce((sum, file) => sum + file.records, 0)} train, ${files.test.records} test`;
}

/** Writes a path below `cwd` relative to it, any other in full. */
function shown(path: string, cwd: string): string {
  const below = relative(cwd, path);
  return below.startsWith("..") ? path : below || path;
}
