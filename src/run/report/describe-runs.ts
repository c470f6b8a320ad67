import { hostname } from "node:os";
import type { ReportInput } from "../../report/input.ts";
import { records } from "../../store/records.ts";
import type { Store } from "../../store/store.ts";
import { machine } from "../process/machine.ts";

type RunsDescription = Pick<ReportInput, "runs" | "machine" | "versions" | "wallSeconds">;

/** Reads what a report says of the runs it stands on. */
export async function describeRuns(store: Store, ids: readonly string[]): Promise<RunsDescription> {
  const rows = await records(
    store,
    `SELECT * REPLACE (hyper::VARCHAR AS hyper), epoch_ms(started_at)::DOUBLE AS began, backend, host, code_version
     FROM run_summary JOIN (SELECT run_id, backend, host, code_version FROM run) USING (run_id)
     WHERE list_contains($1::JSON::VARCHAR[], run_id) ORDER BY experiment, arm, seed, started_at`,
    [JSON.stringify(ids)],
  );
  const all = (name: string) => [...new Set(rows.map((row) => String(row[name])))];
  const [hosts, backends] = [all("host"), all("backend").join(", ")];
  return {
    runs: rows,
    machine: hosts.length === 1 && hosts[0] === hostname() ? machine() : hosts.join(", "),
    versions: { gradstream: all("code_version").join(" / "), ...(backends ? { backend: backends } : {}) },
    wallSeconds: timeCovered(rows.map(({ began, seconds }) => [Number(began) / 1000, Number(seconds ?? 0)])),
  };
}

/** Seconds in which at least one of these spans was under way: runs side by side count once, pauses not at all. */
function timeCovered(spans: readonly (readonly [start: number, seconds: number])[]): number {
  let [covered, until] = [0, -Infinity];
  for (const [start, seconds] of [...spans].sort(([a], [b]) => a - b)) {
    const end = start + seconds;
    covered += Math.max(0, end - Math.max(start, until));
    until = Math.max(until, end);
  }
  return covered;
}
