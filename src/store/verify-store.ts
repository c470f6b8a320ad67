import { existsSync } from "node:fs";
import { records } from "./records.ts";
import type { Store } from "./store.ts";
import { readLogState } from "./write-ahead-log.ts";

/** What a check found. */
export interface Finding {
  readonly check: string;
  /** How often something is wrong. */
  readonly wrong: number;
  /** One of them, or what else is to be said. */
  readonly example: string;
}

const SERIES = "run_id, step, probe, stat, layer, unit, distance";

/** Each gives a row, with a text, for everything that is wrong. */
const CHECKS: Readonly<Record<string, string>> = {
  "readings are of steps that their runs have": `
    SELECT concat(run_id, ', step ', step, ' of ', steps) FROM (
      SELECT run_id, step FROM reading UNION ALL SELECT run_id, step FROM histogram)
    JOIN run USING (run_id) WHERE step < 0 OR step >= steps`,
  "no reading is there twice": `
    SELECT concat_ws(', ', run_id, 'step ' || step, probe, stat, 'layer ' || layer, 'unit ' || unit, 'distance ' || distance)
    FROM (SELECT ${SERIES} FROM reading GROUP BY ALL HAVING count(*) > 1)`,
  "no histogram is there twice": `
    SELECT concat_ws(', ', run_id, 'step ' || step, site, 'layer ' || layer, 'unit ' || unit)
    FROM (SELECT run_id, step, site, layer, unit FROM histogram GROUP BY ALL HAVING count(*) > 1)`,
  "no run is there twice": "SELECT run_id FROM run GROUP BY run_id HAVING count(*) > 1",
  "completed runs have readings": `
    SELECT run_id FROM run WHERE status = 'completed' AND run_id NOT IN (SELECT DISTINCT run_id FROM reading)`,
  "records are of runs that are there": `
    SELECT concat(kind, ' of ', run_id) FROM (
      SELECT 'reading' AS kind, run_id FROM reading UNION ALL SELECT 'histogram', run_id FROM histogram
      UNION ALL SELECT 'event', run_id FROM event WHERE run_id IS NOT NULL)
    WHERE run_id NOT IN (SELECT run_id FROM run)`,
};

const CLAIMS = `
  SELECT concat(claim_id, ' of ', name) FROM (
    SELECT claim_id, trim(unnest(string_split(experiment, ','))) AS name FROM claim
    WHERE experiment NOT IN (SELECT experiment FROM run))
  WHERE name NOT IN (SELECT experiment FROM run)`;

/** Looks for what cannot be true of a store that gradstream wrote. Reads all of it. */
export async function verifyStore(store: Store): Promise<readonly Finding[]> {
  const [claims] = await records(store, "SELECT count(*) AS n FROM duckdb_tables() WHERE table_name = 'claim'");
  const checks = {
    ...CHECKS,
    ...(Number(claims!["n"]) > 0 ? { "verdicts name experiments that are there": CLAIMS } : {}),
  };
  const findings: Finding[] = [];
  for (const [check, sql] of Object.entries(checks)) {
    const [row] = await records(store, `SELECT count(*) AS wrong, min(what) AS example FROM (${sql}) AS found(what)`);
    findings.push({ check, wrong: Number(row!["wrong"]), example: (row!["example"] as string | null) ?? "" });
  }
  return findings;
}

/** Looks at the write-ahead log of a file that nobody has open: bytes that opening it for writing would cut off are wrong. */
export function verifyLog(file: string): Finding {
  const check = "its write-ahead log is whole";
  const log = `${file}.wal`;
  if (!existsSync(log)) return { check, wrong: 0, example: "" };
  const state = readLogState(log);
  if (state === undefined) return { check, wrong: 1, example: "it is of another version of DuckDB, or damaged" };
  const { size, whole } = state;
  if (whole === size) return { check, wrong: 0, example: `${size} bytes are not merged yet` };
  return { check, wrong: size - whole, example: `of ${size} bytes, the last ${size - whole} are cut off or damaged` };
}
