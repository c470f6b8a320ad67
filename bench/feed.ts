import { feedLatency } from "./feed-latency.ts";
import { feedSlowClient } from "./feed-slow-client.ts";
import { feedSnapshot } from "./feed-snapshot.ts";
import { feedTraining } from "./feed-training.ts";
import { feedVanishing } from "./feed-vanishing.ts";
import { feedVanishingTraining } from "./feed-vanishing-training.ts";
import { machine } from "./measure.ts";

const PAIRS = Number(process.argv[2] ?? 8);

console.log(`${machine()}\n`);
console.log(`${(await feedSnapshot(1_000_000, 500, 9)).join("\n")}\n`);
console.log(`${(await feedLatency(100, 10_000, 20)).join("\n")}\n`);
console.log(`${(await feedSlowClient(100_000, 15)).join("\n")}\n`);
console.log(`${(await feedVanishing(3)).join("\n")}\n`);
console.log(`${(await feedVanishingTraining(600, 110, PAIRS)).join("\n")}\n`);
console.log((await feedTraining(100, 10_000, 110, PAIRS)).join("\n"));
