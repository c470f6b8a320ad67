import { SqlPool } from "../src/run/sql/sql-pool.ts";
import { withServer } from "./feed-load.ts";
import { machine, show, spread } from "./measure.ts";
import { trials, WARM } from "./train-once.ts";

const ROUNDS = Number(process.argv[2] ?? 8);
const STEPS = 110;
/** Runs for as long as a query may, and asks for as many processors as it is given. */
const HEAVY = "SELECT sum(sqrt(a.range * b.range)) FROM range(10000000) a, range(10000000) b";

/** A step of training on wasm before, beside and after a client's heavy queries, one after another. */
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
    const rounds: { readonly before: number; readonly beside: number; readonly after: number }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const [before, beside, after] = [await trial(), await asked(), await trial()];
      rounds.push({ before, beside, after });
    }
    return [
      `training on wasm beside heavy SQL (${ROUNDS} rounds of three times ${STEPS - WARM} steps)`,
      `  a step: under a heavy query ${show(spread(rounds.map(({ beside }) => beside)))} ms, before it ` +
        `${show(spread(rounds.map(({ before }) => before)))} ms, after it ${show(spread(rounds.map(({ after }) => after)))} ms`,
      `  under it against the mean of before and after: ` +
        `${show(spread(rounds.map(({ before, beside, after }) => (2 * beside) / (before + after))), 3)} (target: at most 1.05)`,
      `  after it against before: ${show(spread(rounds.map(({ before, after }) => after / before)), 3)} (target: 1.00)`,
    ];
  } finally {
    await pool.close();
  }
});
console.log(`${machine()}\n\n${lines.join("\n")}`);
