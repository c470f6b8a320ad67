import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { withServer } from "./feed-load.ts";
import { recordMany } from "./feed-vanishing.ts";
import { show, spread } from "./measure.ts";
import { trials, WARM } from "./train-once.ts";
import type { ToVanishing } from "./vanishing-clients.ts";

const VANISHING = fileURLToPath(new URL("vanishing-clients.ts", import.meta.url));
const REGISTER = new URL("../src/run/register.js", import.meta.url).href;

/** A step of training on wasm before, while and after many clients vanish that a snapshot is being read for. */
export function feedVanishingTraining(clients: number, steps: number, rounds: number): Promise<string[]> {
  return withServer(async (bench) => {
    await recordMany(bench);
    const trial = await trials(bench, steps);
    const child = fork(VANISHING, { execArgv: ["--import", REGISTER] });
    const url = `${bench.server.url.replace("http", "ws")}feed`;
    const vanishing = async (): Promise<number> => {
      const gone = once(child, "message");
      child.send({ url, clients } satisfies ToVanishing);
      const ms = await trial();
      await gone;
      return ms;
    };
    try {
      await trial();
      const measured: { readonly before: number; readonly during: number; readonly after: number }[] = [];
      for (let round = 0; round < rounds; round++) {
        const [before, during, after] = [await trial(), await vanishing(), await trial()];
        measured.push({ before, during, after });
      }
      const of = (name: "before" | "during" | "after") => show(spread(measured.map((times) => times[name])));
      const ratio = (times: (typeof measured)[number]) => (2 * times.during) / (times.before + times.after);
      return [
        `training on wasm while ${clients} clients vanish (${rounds} rounds of three times ${steps - WARM} steps)`,
        `  a step: before ${of("before")} ms, while they do ${of("during")} ms, after ${of("after")} ms`,
        `  while they do against the mean of before and after: ${show(spread(measured.map(ratio)), 3)}`,
        `  after against before: ${show(spread(measured.map(({ before, after }) => after / before)), 3)} (target: 1.00)`,
      ];
    } finally {
      child.disconnect();
    }
  });
}
