import { writeFileSync } from "node:fs";
import { startBackend } from "gradstream";
import { probeBackend } from "../../src/backend/start.ts";
import { machine, show } from "../measure.ts";
import { CLIENTS } from "./clients.ts";
import { plotScalings } from "./plot.ts";
import { STORE } from "./store.ts";
import { measureScaling, type Scaling } from "./sweep.ts";
import { TRAINING } from "./training.ts";

// How time grows: rounds, the file of the plot, and a part of the titles to measure.
const [rounds = "5", file = "scaling.svg", only = ""] = process.argv.slice(2);

const { available } = await probeBackend("tensorflow");
const backend = available ? "tensorflow" : "wasm";
await startBackend(backend);
const caption = `${machine()}, ${backend}`;
console.log(`${caption}; medians of ${rounds} rounds\n`);
const scalings: Scaling[] = [];
for (const question of [...TRAINING, STORE, CLIENTS]) {
  if (!question.title.includes(only)) continue;
  const scaling = await measureScaling(question, Number(rounds));
  const { title, x, y, sizes, times, slope, lastSlope } = scaling;
  console.log(`${title}\n  ${x}: ${y}`);
  for (const [i, time] of times.entries())
    console.log(`  ${sizes[i]!.toLocaleString("en").padStart(8)}: ${show(time)}`);
  console.log(`  slope ${slope.toFixed(2)}, at the end ${lastSlope.toFixed(2)}\n`);
  scalings.push(scaling);
}
writeFileSync(file, plotScalings(scalings, caption));
