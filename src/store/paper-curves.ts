import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { UserError } from "../core/errors.ts";
import { quoted } from "./quoted.ts";
import type { Store } from "./store.ts";

/** The paper's curves, as the package brings them (data/paper/README.md). */
export const PAPER_CURVES = fileURLToPath(new URL("../../data/paper/curves.csv", import.meta.url));

/** Fills table `paper_curve`, unless it is filled. Throws UserError when the file is missing. */
export async function loadPaperCurves(store: Store, path = PAPER_CURVES): Promise<void> {
  const filled = await store.query("SELECT 1 FROM paper_curve LIMIT 1");
  if (filled.rows.length > 0) return;
  if (!existsSync(path))
    throw new UserError(`${path} is missing: it holds the paper's curves; install gradstream again`);
  await store.query(
    `INSERT INTO paper_curve SELECT * FROM read_csv(${quoted(path)}, header = true, columns = {
      figure: 'VARCHAR', network: 'VARCHAR', arm: 'VARCHAR', learning_rate: 'DOUBLE', layer: 'INTEGER', stat: 'VARCHAR',
      line: 'VARCHAR', step: 'INTEGER', distance: 'DOUBLE', value: 'DOUBLE'})`,
  );
}
