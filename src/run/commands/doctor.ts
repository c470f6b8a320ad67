import { existsSync } from "node:fs";
import { Command } from "commander";
import { BACKENDS, probeBackend, type BackendReport } from "../../backend/start.ts";
import { cifar10Files, findCifar10 } from "../../data/cifar10-files.ts";
import { storeFile } from "../../store/place.ts";
import { DEFAULT_STORE } from "../command-line/default-store.ts";
import { withStore } from "../command-line/with-store.ts";
import { machine } from "../process/machine.ts";
import { codeVersion } from "../process/version.ts";

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
  return new Command("doctor")
    .description("check Node, backends, data sets and the store")
    .option("--json", "as JSON")
    .option("--store <file>", "the store to look at", DEFAULT_STORE)
    .action(async ({ json, store }: { json?: boolean; store: string }) => {
      const report = await examine(store);
      process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : render(report));
    });
}

async function examine(store: string): Promise<Report> {
  const [major, minor] = process.versions.node.split(".").map(Number) as [number, number];
  const backends: BackendReport[] = [];
  for (const name of BACKENDS) backends.push(await probeBackend(name));
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
      const { rows } = await store.query("SELECT count(*), (SELECT count(*) FROM reading) FROM run");
      return { name: path, ok: true, detail: `${String(rows[0]![0])} runs, ${String(rows[0]![1])} readings` };
    });
  } catch (error) {
    return { name: path, ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

function render({ gradstream, node, machine, backends, data, store }: Report): string {
  const line = (ok: boolean, name: string, detail: string) => `  ${ok ? "ok" : "--"}  ${name.padEnd(10)} ${detail}\n`;
  return [
    `gradstream ${gradstream}\n`,
    line(node.supported, "node", node.supported ? node.version : `${node.version}: needs 20.19 or newer`),
    line(true, "machine", machine),
    "backends\n",
    ...backends.map(({ name, available, detail }) => line(available, name, detail)),
    "data\n",
    ...data.map(({ name, ok, detail }) => line(ok, name, detail)),
    "store\n",
    line(store.ok, store.name, store.detail),
  ].join("");
}
