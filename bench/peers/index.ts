import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { machine, show, spread } from "../measure.ts";

const WIDTH = 16;
const BATCH = 128;
const PAIRS = Number(process.argv[2] ?? 16);
const PYTHON = process.env["PYTHON"] ?? "python3";

interface Sample {
  readonly ms: number;
  readonly memory: number;
}

/** A process that trains so many steps when asked, and says how long that took. */
function peer(command: string, args: readonly string[], threads: number) {
  const env = { ...process.env, OMP_NUM_THREADS: String(threads) };
  const child = spawn(command, args, { env, stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    train: async (steps: number): Promise<Sample> => {
      child.stdin.write(`${steps}\n`);
      const line = (await lines.next()) as IteratorResult<string, undefined>;
      if (line.done) throw new Error(`${command} ended early; is PyTorch there? PYTHON names the interpreter`);
      const [ms, memory] = line.value.split(" ").map(Number) as [number, number];
      return { ms, memory };
    },
    end: () => child.stdin.end(),
  };
}

type Kind = "plain" | "noise" | "cheap" | "measured";

interface Case {
  readonly title: string;
  readonly backend: "tensorflow" | "wasm";
  readonly kind: Kind;
  /** What it is compared with: PyTorch doing the same, or gradstream's plain step. */
  readonly against: "PyTorch" | "plain step";
  readonly threads: number;
  readonly steps: number;
  readonly target: number;
  readonly memoryTarget: number;
}

const NATIVE = { backend: "tensorflow", threads: 2, against: "PyTorch", memoryTarget: 1.5 } as const;
const CASES: readonly Case[] = [
  { ...NATIVE, title: "bare step, tensorflow", kind: "plain", steps: 6, target: 1.2 },
  { ...NATIVE, title: "with noise, tensorflow", kind: "noise", steps: 3, target: 1 },
  { ...NATIVE, title: "wasm, one core", backend: "wasm", kind: "plain", threads: 1, steps: 2, target: 4 },
  { ...NATIVE, title: "ICS and gradient steps at every step", kind: "measured", steps: 1, target: 0.75 },
  {
    ...NATIVE,
    against: "plain step",
    memoryTarget: 1.6,
    title: "norms and moments at every step",
    kind: "cheap",
    steps: 6,
    target: 1.05,
  },
  {
    ...NATIVE,
    against: "plain step",
    memoryTarget: 1.6,
    title: "ICS and gradient steps, for memory",
    kind: "measured",
    steps: 1,
    target: Infinity,
  },
];

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));

function start(who: "gradstream" | "PyTorch", kind: Kind, { backend, threads }: Case) {
  const shape = [threads, WIDTH, BATCH, kind].map(String);
  if (who === "PyTorch") return peer(PYTHON, [file("vgg.py"), ...shape], threads);
  const register = ["--import", file("../../src/run/register.js")];
  return peer(process.execPath, [...register, file("vgg.ts"), ...shape, backend], threads);
}

/** The two take turns; the ratio is taken pair by pair. */
async function compare(one: Case): Promise<void> {
  const { title, kind, against, threads, steps, target, memoryTarget } = one;
  const ours = start("gradstream", kind, one);
  const theirs = against === "PyTorch" ? start("PyTorch", kind, one) : start("gradstream", "plain", one);
  try {
    await ours.train(2);
    await theirs.train(2);
    const pairs: [Sample, Sample][] = [];
    for (let i = 0; i < PAIRS; i++) {
      const first = i % 2 ? await theirs.train(steps) : await ours.train(steps);
      const second = i % 2 ? await ours.train(steps) : await theirs.train(steps);
      pairs.push(i % 2 ? [second, first] : [first, second]);
    }
    const ratios = pairs.map(([a, b]) => a.ms / b.ms);
    const [memory, theirMemory] = pairs.at(-1)!.map((sample) => sample.memory) as [number, number];
    console.log(
      `${title} (vgg16 width ${WIDTH}, batch ${BATCH}, ${threads} threads, ${PAIRS} pairs of ${steps} steps)`,
    );
    console.log(`  gradstream ${show(spread(pairs.map(([a]) => a.ms)), 0)} ms/step`);
    console.log(`  ${against.padEnd(10)} ${show(spread(pairs.map(([, b]) => b.ms)), 0)} ms/step`);
    console.log(`  ratio ${show(spread(ratios), 2)}${target < Infinity ? `; target at most ${target}` : ""}`);
    console.log(
      `  peak memory ${memory.toFixed(0)} against ${theirMemory.toFixed(0)} MiB: ${(memory / theirMemory).toFixed(2)}; ` +
        `target at most ${memoryTarget}\n`,
    );
  } finally {
    ours.end();
    theirs.end();
  }
}

/** Which cases to run: all, or those whose title has this in it. */
const ONLY = process.argv[3] ?? "";

console.log(`${machine()}\n`);
for (const one of CASES) if (one.title.includes(ONLY)) await compare(one);
