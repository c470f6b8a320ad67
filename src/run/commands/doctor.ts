import { existsSync } from "node:fs";
import { Command } from "commander";
import { BACKENDS, type BackendReport } from "../../backend/start.ts";
import { cifar10Files, findCifar10 } from "../../data/cifar10-files.ts";
import { storeFile } from "../../store/place.ts";
import { records } from "../../store/records.ts";
import { DEFAULT_STORE } from "../command-line/default-store.ts";
import { outputOptions, type OutputOptions } from "../command-line/output-options.ts";
import { probeApart } from "../doctor/probe-apart.ts";
import { withStore } from "../command-line/with-store.ts";
import { machine } from "../process/machine.ts";
import { codeVersion } from "../process/version.ts";
import { coloured } from "../terminal/colour.ts";
import { jsonText } from "../terminal/json-text.ts";

interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

interface Report {
  readonly gradstream: string;
  readonly node: { readonly version: string; readonly supported: boolean };
  readonly machine: string;
  readonly backends: readonly BackendReport[];
  readonly data: readonly Finding[];
  readonly store: Finding;
}

/** Makes `gradstream doctor`, which says what is there, and why something is not. */
export function doctorCommand(): Command {
  const command = new Command("doctor")
    .description("check Node, backends, data sets and the store")
    .option("--store <file>", "the store to look at", DEFAULT_STORE)
    .action(async ({ json, quiet, store }: OutputOptions & { readonly store: string }) => {
      const report = await examine(store);
      process.stdout.write(json ? jsonText(report) : quiet ? missing(report) : render(report));
    });
  return outputOptions(command, "only what is missing, a line each");
}

async function examine(store: string): Promise<Report> {
  const [major, minor] = process.versions.node.split(".").map(Number) as [number, number];
  const backends: BackendReport[] = [];
  for (const name of BACKENDS) backends.push(await probeApart(name));
  return {
    gradstream: codeVersion(),
    node: { version: process.versions.node, supported: major > 20 || (major === 20 && minor >= 19) },
    machine: machine(),
    backends,
    data: [findCifar(), { name: "shapes10", ok: true, detail: "generated when needed" }],
    store: await examineStore(store),
  };
}

function findCifar(): Finding {
  try {
    const dir = findCifar10(process.env, process.cwd());
    if (dir === undefined) {
      return { name: "cifar10", ok: false, detail: "not found: npx gradstream data cifar10, or set CIFAR10_DIR" };
    }
    const { train, test } = cifar10Files(dir);
    const images = train.reduce((sum, { records }) => sum + records, 0);
    return { name: "cifar10", ok: true, detail: `${images} training and ${test.records} test images in ${dir}` };
  } catch (error) {
    return { name: "cifar10", ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

async function examineStore(path: string): Promise<Finding> {
  try {
    if (!existsSync(storeFile(path)))
      return { name: path, ok: true, detail: "not there yet; the first run creates it" };
    return await withStore(path, async (store) => {
      const sql = "SELECT count(*) AS runs, (SELECT count(*) FROM reading) AS readings FROM run";
      const [counts] = await records(store, sql);
      return {
        name: path,
        ok: true,
        detail: `${String(counts!["runs"])} runs, ${String(counts!["readings"])} readings`,
      };
    });
  } catch (error) {
    return { name: path, ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

const line = (ok: boolean, name: string, detail: string): string =>
  `  ${ok ? coloured("good", "ok") : coloured("bad", "--")}  ${name.padEnd(10)} ${detail}\n`;

function nodeFinding({ version, supported }: Report["node"]): [ok: boolean, name: string, detail: string] {
  return [supported, "node", supported ? version : `${version}: needs 20.19 or newer`];
}

function missing({ node, backends, data, store }: Report): string {
  const findings = [
    nodeFinding(node),
    ...backends.map(({ name, available, detail }) => [available, name, detail] as const),
    ...[...data, store].map(({ name, ok, detail }) => [ok, name, detail] as const),
  ];
  return findings.flatMap(([ok, ...texts]) => (ok ? [] : [`${texts.join(": ")}\n`])).join("");
}

function render({ gradstream, node, machine, backends, data, store }: Report): string {
  return [
    `gradstream ${gradstream}\n`,
    line(...nodeFinding(node)),
    line(true, "machine", machine),
    "backends\n",
    ...backends.map(({ name, available, detail }) => line(available, name, detail)),
    "data\n",
    ...data.map(({ name, ok, detail }) => line(ok, name, detail)),
    "store\n",
    line(store.ok, store.name, store.detail),
  ].join("");
}
