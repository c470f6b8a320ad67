import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { installPacked, pack } from "../scripts/install-packed.ts";
import { machine, show, spread, type Spread } from "./measure.ts";

// What the installed package costs before it does anything: a project of its own, and command lines in it.
const TIMES = Number(process.argv[2] ?? 5);
/** Makes a process say, when it ends, its peak memory in kilobytes and its processor time in microseconds. */
const PEAK = `process.on("exit", () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  process.stderr.write("peak " + maxRSS + " " + (userCPUTime + systemCPUTime) + "\\n");
});`;
const PIPELINE = `import { take } from "rxjs";
import { experiment, loss, mlp, probes, sgd, train } from "gradstream";

export default experiment({
  hyper: { steps: 1 },
  arms: () => ({ plain: { network: mlp({ hidden: [8] }) } }),
  run: ({ arm, batches, steps, seed }) =>
    batches({ size: 16 }).pipe(take(steps), train(arm.network, sgd({ learningRate: 0.1 }), { seed }), probes(loss())),
});
`;

interface Taken {
  /** Seconds to the text that was waited for, or to the end. */
  readonly seconds: number;
  /** Seconds of processor, of all threads, to the end: what else the machine does hardly changes them. */
  readonly processor: number;
  /** Peak memory in megabytes. */
  readonly megabytes: number;
}

/** Runs the command line once. Throws with what it printed when it fails. */
function take(project: string, args: readonly string[], until?: string): Promise<Taken> {
  const start = performance.now();
  const preload = `--import=data:text/javascript,${encodeURIComponent(PEAK)}`;
  const child = spawn(process.execPath, [preload, "node_modules/gradstream/bin/gradstream.js", ...args], {
    cwd: project,
  });
  let [text, seen] = ["", 0];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (part: string) => {
      text += part;
      if (seen === 0 && until !== undefined && text.includes(until)) seen = performance.now() - start;
    });
  }
  return new Promise((resolve, reject) => {
    child.on("close", (code) => {
      const [, kilobytes, microseconds] = [...text.matchAll(/^peak (\d+) (\d+)$/gm)].at(-1) ?? [];
      if (code !== 0 || kilobytes === undefined)
        return reject(new Error(`${args.join(" ")}: exit code ${code}\n${text}`));
      resolve({
        seconds: (seen || performance.now() - start) / 1000,
        processor: Number(microseconds) / 1e6,
        megabytes: Number(kilobytes) / 1024,
      });
    });
  });
}

async function measure(project: string, args: readonly string[], until?: string): Promise<readonly Spread[]> {
  await take(project, args, until);
  const all: Taken[] = [];
  for (let i = 0; i < TIMES; i++) all.push(await take(project, args, until));
  return (["seconds", "processor", "megabytes"] as const).map((what) => spread(all.map((taken) => taken[what])));
}

/** Megabytes on disk below a folder. */
function sizeOf(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0) / 1e6;
}

const parent = mkdtempSync(join(tmpdir(), "gradstream-start-"));
try {
  const project = join(parent, "project");
  mkdirSync(project);
  installPacked(pack(parent).tarball, project);
  writeFileSync(join(project, "mine.ts"), PIPELINE);
  console.log(`${machine()}, load ${loadavg()[0]!.toFixed(1)}; medians of ${TIMES} (least to most)\n`);
  console.log(`installed: ${sizeOf(join(project, "node_modules")).toFixed(0)} MB\n`);
  const training = ["run", "mine.ts", "--no-serve", "--backend", "wasm"];
  for (const [args, until] of [[["--help"]], [training, "step 1/1"], [["sql", "select 1"]], [["runs"]]] as const) {
    const [seconds, processor, megabytes] = await measure(project, args, until);
    const what = `gradstream ${args.join(" ")}${until === undefined ? "" : ", to its first step"}`;
    console.log(`${what}: ${show(seconds!)} s, ${show(processor!)} s of processor, ${show(megabytes!, 0)} MB`);
  }
} finally {
  rmSync(parent, { recursive: true, force: true });
}
