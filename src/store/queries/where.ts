import type { QueryParameter } from "../query.ts";
import type { RecordKind, RecordsWanted } from "./types.ts";

/** The table of each kind of records. */
export const TABLES = { readings: "reading", histograms: "histogram", events: "event" } as const;

/** A condition of SQL with its parameters; `$1` is the first. */
export interface Condition {
  readonly sql: string;
  readonly params: readonly QueryParameter[];
}

/** Collects the parameters of a condition. */
class Parameters {
  readonly values: QueryParameter[] = [];

  add(value: QueryParameter): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  list(values: readonly QueryParameter[]): string {
    return values.map((value) => this.add(value)).join(", ");
  }
}

/** Writes what is wanted of the records of a kind, as `WHERE` says it. */
export function where(wanted: RecordsWanted, kind: RecordKind): Condition {
  const params = new Parameters();
  const { runs, from, to, every } = wanted;
  const terms: string[] = [];
  if (runs) terms.push(oneOf("run_id", runs, params));
  if (kind !== "events") {
    const [probe, stat] = kind === "readings" ? ["probe", "stat"] : ["'histogram'", "site"];
    terms.push(like(probe, wanted.probes, params), like(stat, wanted.stats, params));
    terms.push(among("layer", wanted.layers, params), among("unit", wanted.units, params));
  }
  if (kind === "readings" && wanted.distances === "none") terms.push("distance IS NULL");
  if (from !== undefined) terms.push(`step >= ${params.add(from)}`);
  if (to !== undefined) terms.push(`step <= ${params.add(to)}`);
  if (every !== undefined) terms.push(`step % ${params.add(every)} = 0`);
  const sql = terms.filter((term) => term !== "").join(" AND ");
  return { sql: sql === "" ? "true" : sql, params: params.values };
}

function like(column: string, patterns: readonly string[] | undefined, params: Parameters): string {
  if (!patterns) return "";
  const exact = patterns.filter((pattern) => !pattern.includes("*"));
  const terms = exact.length > 0 ? [oneOf(column, exact, params)] : [];
  for (const pattern of patterns) {
    if (!pattern.includes("*")) continue;
    const text = pattern.replaceAll(/[\\%_]/g, "\\$&").replaceAll("*", "%");
    terms.push(`${column} LIKE ${params.add(text)} ESCAPE '\\'`);
  }
  return terms.length > 0 ? `(${terms.join(" OR ")})` : "false";
}

function among(column: string, wanted: RecordsWanted["layers"], params: Parameters): string {
  if (wanted === undefined || wanted === "any") return "";
  return wanted === "none" ? `${column} IS NULL` : oneOf(column, wanted, params);
}

function oneOf(column: string, values: readonly QueryParameter[], params: Parameters): string {
  return values.length > 0 ? `${column} IN (${params.list(values)})` : "false";
}
