import { UserError } from "../core/errors.ts";
import { records } from "../store/records.ts";
import type { Store } from "../store/store.ts";
import { seedCount } from "./lacking.ts";

/** What a measure is at a seed. */
interface MeasuredSeed {
  readonly seed: number;
  readonly value: number | null;
  /** The true value is at most, or at least, this one. */
  readonly bound: "at most" | "at least" | null;
}

/** What a measure's SQL gave, or why that is none. */
interface MeasuredSeeds {
  readonly found: readonly MeasuredSeed[];
  readonly failure?: string;
}

/** Writes the SQL of a measure so that DuckDB gives a seed, a number and a bound. */
const measuredSql = (sql: string): string => `SELECT seed, value::DOUBLE AS value, bound FROM (${sql}) ORDER BY seed`;

/** Runs the SQL of a measure. Says in words where it fails, or gives no number of that many seeds, or several of one. */
export async function measuredSeeds(store: Store, sql: string, least: number): Promise<MeasuredSeeds> {
  const failed = (failure: string): MeasuredSeeds => ({ found: [], failure });
  let rows;
  try {
    rows = await records(store, measuredSql(sql));
  } catch (error) {
    return failed(`its SQL fails: ${reasonOf(error, measuredSql(sql))}`);
  }
  const found = rows.map(({ seed, value, bound }) => ({
    seed: Number(seed),
    value: value as number | null,
    bound: bound as MeasuredSeed["bound"],
  }));
  if (found.length === 0) return failed("readings are missing");
  const twice = found.find(({ seed }, i) => seed === found[i - 1]?.seed);
  if (twice) return failed(`its SQL gives several rows of seed ${twice.seed}; one (seed, value) is asked for`);
  if (found.length < least) return failed(`readings of ${seedCount(found.length)}; ${least} are asked for`);
  return { found };
}

/** Says why DuckDB refuses the SQL of a measure, undefined where it does not. Nothing is measured. */
export async function sqlRefusalOf(store: Store, sql: string): Promise<string | undefined> {
  const explained = `EXPLAIN ${measuredSql(sql)}`;
  try {
    await store.query(explained);
    return undefined;
  } catch (error) {
    return reasonOf(error, explained);
  }
}

/** What DuckDB said, without the statement, which nobody has written as it is. */
function reasonOf(error: unknown, sql: string): string {
  if (!(error instanceof UserError)) throw error;
  const statement = ` in: ${sql.replace(/\s+/g, " ").trim()}`;
  return error.message.endsWith(statement) ? error.message.slice(0, -statement.length) : error.message;
}
