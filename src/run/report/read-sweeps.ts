import { armsOf } from "../../paper/arms.ts";
import { PAPERS } from "../../paper/papers.ts";
import type { ReportedSweep } from "../../report/sweeps.ts";
import { records } from "../../store/records.ts";
import type { Store } from "../../store/store.ts";
import { settingsSql } from "../../view/sweep-settings.ts";

/** Reads the newest sweep of each experiment with its settings. */
export async function readSweeps(store: Store): Promise<readonly ReportedSweep[]> {
  const newest = await records(
    store,
    `FROM sweep QUALIFY row_number() OVER (PARTITION BY experiment ORDER BY sweep_id DESC) = 1 ORDER BY experiment`,
  );
  const sweeps: ReportedSweep[] = [];
  for (const row of newest) {
    const sweepId = String(row["sweep_id"]);
    sweeps.push({
      sweepId,
      experiment: String(row["experiment"]),
      state: String(row["state"]),
      settings: await records(store, settingsSql(sweepId)),
      arms: armsOf(PAPERS),
    });
  }
  return sweeps;
}
