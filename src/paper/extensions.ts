import type { StoreExtension } from "../store/extension.ts";
import type { Paper } from "./paper.ts";
import { runViews } from "./run-views.ts";

const CLAIM_TABLE = `CREATE TABLE IF NOT EXISTS claim (
  experiment VARCHAR, claim_id VARCHAR, scale VARCHAR, verdict VARCHAR, measured DOUBLE, threshold DOUBLE,
  paper_value DOUBLE, detail VARCHAR)`;

/**
 * Lists what papers keep in a store: verdicts, runs as all of them take them, and what is each paper's own.
 *
 * @throws {Error} when two papers look into layers of one experiment: a layer cannot stand in two places.
 */
export function extensionsOf(papers: readonly Paper[]): readonly StoreExtension[] {
  const experiments = papers.flatMap(({ layers }) => Object.keys(layers));
  const twice = experiments.find((experiment, i) => experiments.indexOf(experiment) < i);
  if (twice !== undefined) throw new Error(`papers: the layers of ${twice} are told by two of them`);
  const common: StoreExtension = {
    name: "papers",
    migrations: [{ version: 1, statements: [CLAIM_TABLE] }],
    views: runViews(papers.map(({ layers }) => layers)),
    results: ["claim"],
  };
  return [common, ...papers.map(({ extension }) => extension)];
}
