/**
 * Prints a fingerprint of every stat that every pipeline reads at the smoke scale, to the last bit; with the output of an
 * earlier call (`smoke-readings.ts before.json`), says which differ. For changes that must not move a number.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { lastValueFrom, toArray } from "rxjs";
import { shapes10, startBackend, trialContext, type Recorded } from "gradstream";
import { chooseArms, resolveHyper } from "../src/experiment/experiment.ts";
import { loadPipeline } from "../src/run/pipeline/load-pipeline.ts";
import { fittedTo } from "../src/run/runner/trials.ts";

type Fingerprints = Record<string, string>;

const PIPELINES = new URL("../pipelines/", import.meta.url);
const hash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

function fingerprints(name: string, records: readonly Recorded[]): Fingerprints {
  const series = new Map<string, string[]>();
  for (const record of records) {
    if (record.kind === "event") continue;
    const { kind, step, layer, unit } = record;
    const stat = kind === "reading" ? `${record.probe}/${record.stat}` : `histogram/${record.site}`;
    const value =
      kind === "reading"
        ? [record.distance, Buffer.from(Float64Array.of(record.value).buffer).toString("hex")]
        : record.counts;
    const place = `${name} ${stat}`;
    series.set(place, [...(series.get(place) ?? []), JSON.stringify([step, layer, unit, value])]);
  }
  return Object.fromEntries([...series].map(([place, values]) => [place, hash(values.join("\n"))]));
}

await startBackend("wasm");
const data = shapes10({ train: 64, test: 32 });
const now: Fingerprints = {};
for (const file of readdirSync(PIPELINES)
  .filter((entry) => entry.endsWith(".ts"))
  .sort()) {
  const { experiment } = await loadPipeline(fileURLToPath(new URL(file, PIPELINES)));
  const steps = experiment.scales?.smoke ? {} : { steps: "3", size: "16" };
  const hyper = fittedTo(data, resolveHyper(experiment, "smoke", steps));
  for (const [name, arm] of Object.entries(chooseArms(experiment, hyper))) {
    const context = Object.assign({}, hyper, trialContext({ arm, seed: 0, data }));
    const records = await lastValueFrom(experiment.run(context).pipe(toArray()));
    Object.assign(now, fingerprints(`${file} ${name}`, records));
  }
}

const [before] = process.argv.slice(2);
if (before === undefined) {
  process.stdout.write(`${JSON.stringify(now, undefined, 1)}\n`);
} else {
  const then = JSON.parse(readFileSync(before, "utf8")) as Fingerprints;
  const places = [...new Set([...Object.keys(then), ...Object.keys(now)])];
  const differing = places.filter((place) => then[place] !== now[place]);
  for (const place of differing) process.stdout.write(`differs: ${place}\n`);
  process.stdout.write(`${places.length - differing.length} of ${places.length} series are the same to the last bit\n`);
  process.exitCode = differing.length > 0 ? 1 : 0;
}
