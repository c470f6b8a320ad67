import { SqlPool } from "../src/run/sql/sql-pool.ts";
import { withServer } from "./feed-load.ts";
import { machine, show, spread } from "./measure.ts";
import { trials, WARM } from "./train-once.ts";

const PAIRS = Number(process.argv[2] ?? 8);
const STEPS = 110;
/** Runs for as long as a query may, and asks for as many processors as it is given. */
const HEAVY = "SELECT sum(sqrt(a.range * b.range)) FROM range(10000000) a, range(10000000) b";

/** A step of training on wasm while a client asks one heavy query after another, against one while nobody does. */
const lines = await withServer(async (bench) => {
  const pool = new SqlPool(bench.store);
  const trial = await trials(bench, STEPS);
  const asked = async (): Promise<number> => {
    const leaving = new AbortController();
    const asking = (async (): Promise<void> => {
      while (!leaving.signal.aborted) await pool.ask(HEAVY, leaving.signal).catch(() => undefined);
    })();
    const ms = await trial();
    leaving.abort();
    await asking;
    return ms;
  };
  try {
    await trial();
    const [busy, quiet]: [number[], number[]] = [[], []];
    for (let pair = 0; pair < PAIRS; pair++) {
      if (pair % 2 === 0) busy.push(await asked());
      quiet.push(await trial());
      if (pair % 2 === 1) busy.push(await asked());
    }
    return [
      `training on wasm beside heavy SQL (${PAIRS} pairs of ${STEPS - WARM} steps)`,
      `  a step: under a heavy query ${show(spread(busy))} ms, without ${show(spread(quiet))} ms`,
      `  ratio ${show(spread(busy.map((ms, i) => ms / quiet[i]!)), 3)} (target: at most 1.05)`,
    ];
  } finally {
    await pool.close();
  }
});
console.log(`${machine()}\n\n${lines.join("\n")}`);
