import { join, resolve } from "node:path";
import { Command } from "commander";
import { UserError } from "../../core/errors.ts";
import { plainText } from "../../core/plain-text.ts";
import { CIFAR100_URL, CIFAR10_URL, downloadCifar10, downloadCifar100, type Downloaded } from "../../data/download.ts";
import { downloadMnist, MNIST_SOURCES } from "../../data/download-mnist.ts";
import type { FetchManner } from "../../data/fetch-checked.ts";
import { outputOptions, type OutputOptions } from "../command-line/output-options.ts";
import { canRedraw } from "../terminal/colour.ts";
import { jsonText } from "../terminal/json-text.ts";
import { transferProgress, type ProgressStream } from "../../data/transfer-progress.ts";
import { countsIn, listDataSets, shownFrom } from "./data-list.ts";

/** What `gradstream data` reads and writes. */
interface DataCommandEnvironment {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdout: ProgressStream;
  readonly stderr: ProgressStream;
}

/** A data set that can be downloaded. */
interface Downloadable {
  readonly set: "cifar10" | "cifar100" | "mnist" | "fashion-mnist";
  readonly title: string;
  readonly described: string;
  /** Its folder below `--dir`. */
  readonly folder: string;
  /** Begins the names of environment variables. */
  readonly variable: string;
  readonly url: string;
  readonly get: (options: FetchManner & { dir: string; url: string }) => Promise<Downloaded<{ readonly dir: string }>>;
}

const DOWNLOADABLE: readonly Downloadable[] = [
  {
    set: "cifar10",
    title: "CIFAR-10",
    described: "download CIFAR-10 (170 MB), check it and unpack it",
    folder: "cifar-10-batches-bin",
    variable: "CIFAR10",
    url: CIFAR10_URL,
    get: downloadCifar10,
  },
  {
    set: "cifar100",
    title: "CIFAR-100",
    described: "download CIFAR-100 (169 MB), check it and unpack it",
    folder: "cifar-100-binary",
    variable: "CIFAR100",
    url: CIFAR100_URL,
    get: downloadCifar100,
  },
  {
    set: "mnist",
    title: "MNIST",
    described: "download MNIST (12 MB) and check it",
    folder: "mnist",
    variable: "MNIST",
    url: MNIST_SOURCES.mnist.url,
    get: (options) => downloadMnist("mnist", options),
  },
  {
    set: "fashion-mnist",
    title: "Fashion-MNIST",
    described: "download Fashion-MNIST (31 MB) and check it",
    folder: "fashion-mnist",
    variable: "FASHION_MNIST",
    url: MNIST_SOURCES["fashion-mnist"].url,
    get: (options) => downloadMnist("fashion-mnist", options),
  },
];

/** Makes `gradstream data`: the names of data sets download them, `list` says which are there. */
export function dataCommand(environment: DataCommandEnvironment = ownProcess()): Command {
  const { env, cwd, stdout } = environment;
  const command = new Command("data").description("get and list data sets");
  for (const one of DOWNLOADABLE) {
    const variable = `GRADSTREAM_${one.variable}_URL`;
    const isFolder = one.set.endsWith("mnist");
    command
      .command(one.set)
      .description(one.described)
      .option("--dir <folder>", `where to put ${one.folder}`, "data")
      .option(
        "--url <url>",
        `where to get the ${isFolder ? "files" : "archive"} (or set ${variable})`,
        env[variable] || one.url,
      )
      .action((options: { dir: string; url: string }) => get(one, options, environment));
  }
  const listCommand = command.command("list").description("list the data sets that can be used here");
  outputOptions(listCommand, "only the names of those that are there, a line each").action((options: OutputOptions) => {
    const sets = listDataSets({ env, cwd });
    if (options.json) stdout.write(jsonText(sets));
    else if (options.quiet) for (const { name, available } of sets) stdout.write(available ? `${name}\n` : "");
    else for (const { name, detail } of sets) stdout.write(`${name.padEnd(15)}${detail}\n`);
  });
  return command;
}

function ownProcess(): DataCommandEnvironment {
  return { env: process.env, cwd: process.cwd(), stdout: process.stdout, stderr: process.stderr };
}

async function get(
  { set, title, variable, get: download }: Downloadable,
  options: { dir: string; url: string },
  { cwd, stdout, stderr }: DataCommandEnvironment,
): Promise<void> {
  const { url } = options;
  if (!/^https?:/.test(url) || !URL.canParse(url)) throw new UserError(`data: --url ${url} is not an http(s) address`);
  const dir = resolve(cwd, options.dir);
  const progress = transferProgress({ isTTY: canRedraw(stderr), write: (text) => stderr.write(text) });
  let stage = "";
  let result;
  try {
    result = await download({
      dir,
      url,
      onNotice(line) {
        progress.end();
        stderr.write(`${plainText(line)}\n`);
      },
      onProgress(now) {
        if (now.stage !== stage) {
          progress.end();
          const unpacking = set.endsWith("mnist") ? "" : "unpacking\n";
          stderr.write({ download: `downloading ${url}\n`, check: "checking\n", unpack: unpacking }[now.stage]);
          stage = now.stage;
        }
        if (now.stage === "download") progress.update(now.received, now.total);
      },
    });
  } finally {
    progress.end();
  }
  const { files, fetched } = result;
  const place = shownFrom(files.dir, cwd);
  const counts = countsIn(set, files.dir);
  if (fetched) stdout.write(`${title} is in ${place}: ${counts}\n`);
  else stdout.write(`${title} is already in ${place}: ${counts}; delete the folder to download it again\n`);
  if (dir !== join(cwd, "data")) stdout.write(`set ${variable}_DIR=${files.dir} so that runs find it\n`);
}
