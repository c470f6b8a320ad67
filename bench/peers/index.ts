import { machine, show, spread } from "../measure.ts";
import { CASES, type Case } from "./cases.ts";
import { matMulRate, measuredOperations, stepOperations } from "./floor.ts";
import { startPeer, type Sample } from "./peer.ts";

const PAIRS = Number(process.argv[2] ?? 16);
/** Which cases to run: all, or those whose title has this in it. */
const ONLY = process.argv[3] ?? "";

const wanted = (target: number): string => (target < Infinity ? `; target at most ${target}` : "");

/** The two take turns; the ratio is taken pair by pair. */
async function compare(one: Case): Promise<void> {
  const { title, ours: training, theirs, steps, share = 1, target, memoryTarget, floorTarget } = one;
  const rate = await matMulRate();
  const pairs = Math.max(2, Math.round(PAIRS * share));
  const ours = startPeer("gradstream", training);
  const others = startPeer(theirs.who, { ...training, kind: theirs.kind });
  try {
    await ours.train(2);
    await others.train(2);
    const samples: [Sample, Sample][] = [];
    for (let i = 0; i < pairs; i++) {
      const first = i % 2 ? await others.train(steps) : await ours.train(steps);
      const second = i % 2 ? await ours.train(steps) : await others.train(steps);
      samples.push(i % 2 ? [second, first] : [first, second]);
    }
    const { width, norm, batch, threads, backend, kind } = training;
    const times = samples.map(([a]) => a.ms);
    console.log(
      `${title} (${backend}, vgg16 of ${width} filters, ${norm}, batch ${batch}, ${threads} threads, ${pairs} pairs of ${steps})`,
    );
    console.log(`  gradstream ${show(spread(times), 0)} ms/step`);
    console.log(`  ${theirs.name.padEnd(10)} ${show(spread(samples.map(([, b]) => b.ms)), 0)} ms/step`);
    console.log(`  ratio ${show(spread(samples.map(([a, b]) => a.ms / b.ms)), 2)}${wanted(target)}`);
    if (backend === "tensorflow" && kind !== "noise" && kind !== "cheap") {
      const operations = (kind === "measured" ? measuredOperations : stepOperations)(width, batch);
      const floor = (operations / rate) * 1000;
      const over = spread(times.map((ms) => ms / floor));
      console.log(
        `  floor ${floor.toFixed(0)} ms: ${(operations / 1e9).toFixed(1)} GFLOP of convolutions at ${(rate / 1e9).toFixed(0)} GFLOP/s; ` +
          `over it ${show(over, 2)}${wanted(floorTarget ?? Infinity)}`,
      );
    }
    if (memoryTarget !== undefined) {
      const [memory, otherMemory] = samples.at(-1)!.map((sample) => sample.memory) as [number, number];
      console.log(
        `  peak memory ${memory.toFixed(0)} against ${otherMemory.toFixed(0)} MiB: ${(memory / otherMemory).toFixed(2)}` +
          wanted(memoryTarget),
      );
    }
    console.log();
  } finally {
    ours.end();
    others.end();
  }
}

console.log(`${machine()}\n`);
for (const one of CASES) if (one.title.includes(ONLY)) await compare(one);
