import type { StoreExtension } from "../store/extension.ts";
import type { Paper } from "./paper.ts";
import { runViews } from "./run-views.ts";

const CLAIM_TABLE = `CREATE TABLE IF NOT EXISTS claim (
  experiment VARCHAR, claim_id VARCHAR, scale VARCHAR, verdict VARCHAR, measured DOUBLE, threshold DOUBLE,
  paper_value DOUBLE, detail VARCHAR)`;

/** What is claimed, and by whom: pages know the papers' claims, and pipelines' from here. */
const TOLD = ["statement", "source"].map((column) => `ALTER TABLE claim ADD COLUMN IF NOT EXISTS ${column} VARCHAR`);

/** All measures of a verdict, `claim` having the one that decided; `passes` is `at most` or `at least` the threshold. */
const MEASURE_TABLE = `CREATE TABLE IF NOT EXISTS claim_measure (
  experiment VARCHAR, claim_id VARCHAR, scale VARCHAR, place INTEGER, what VARCHAR, unit VARCHAR, measured DOUBLE,
  low DOUBLE, high DOUBLE, passes VARCHAR, strict BOOLEAN, threshold DOUBLE, paper_value DOUBLE, passed BOOLEAN,
  why VARCHAR)`;

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
    migrations: [
      { version: 1, statements: [CLAIM_TABLE] },
      { version: 2, statements: [MEASURE_TABLE] },
      { version: 3, statements: TOLD },
    ],
    views: runViews(papers.map(({ layers }) => layers)),
    results: ["claim", "claim_measure"],
  };
  return [common, ...papers.map(({ extension }) => extension)];
}
