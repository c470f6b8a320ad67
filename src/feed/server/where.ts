import type { Filter } from "../protocol/filter.ts";
import { selectsRun } from "../protocol/select-run.ts";
import type { Registry, RunEntry } from "./registry.ts";
import type { Parameter } from "./source.ts";

/** A condition of SQL with its parameters; `$1` is the first. */
export interface Condition {
  readonly sql: string;
  readonly params: readonly Parameter[];
}

/** Collects the parameters of a condition. */
class Parameters {
  readonly values: Parameter[] = [];

  add(value: Parameter): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  list(values: readonly Parameter[]): string {
    return values.map((value) => this.add(value)).join(", ");
  }
}

export interface Wanted {
  readonly filter: Filter;
  readonly table: "reading" | "histogram" | "event";
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly every?: number | undefined;
}

/** What a filter lets through, as `WHERE` says it: the same as `selectsRun` and `selectsSeries` say of one record. */
export function where({ filter, table, from, to, every }: Wanted, runs: readonly RunEntry[] | undefined): Condition {
  const params = new Parameters();
  const terms: string[] = [];
  if (runs)
    terms.push(
      oneOf(
        "run_id",
        runs.map(({ state }) => state.runId),
        params,
      ),
    );
  if (table !== "event") {
    const [probe, stat] = table === "reading" ? ["probe", "stat"] : ["'histogram'", "site"];
    terms.push(like(probe, filter.probes, params), like(stat, filter.stats, params));
    terms.push(among("layer", filter.layers, params), among("unit", filter.units, params));
  }
  if (table === "reading" && filter.distances === "none") terms.push("distance IS NULL");
  if (from !== undefined) terms.push(`step >= ${params.add(from)}`);
  if (to !== undefined) terms.push(`step <= ${params.add(to)}`);
  if (every !== undefined) terms.push(`step % ${params.add(every)} = 0`);
  const sql = terms.filter((term) => term !== "").join(" AND ");
  return { sql: sql === "" ? "true" : sql, params: params.values };
}

/** The runs that a filter names; undefined where it lets every run through. */
export function wantedRuns(registry: Registry, filter: Filter): readonly RunEntry[] | undefined {
  const { runs, experiments, arms } = filter;
  if (!runs && !experiments && !arms) return undefined;
  return [...registry.runs.values()].filter(({ state }) => selectsRun(filter, state));
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

function among(column: string, wanted: Filter["layers"], params: Parameters): string {
  if (wanted === undefined || wanted === "any") return "";
  return wanted === "none" ? `${column} IS NULL` : oneOf(column, wanted, params);
}

function oneOf(column: string, values: readonly Parameter[], params: Parameters): string {
  return values.length > 0 ? `${column} IN (${params.list(values)})` : "false";
}
