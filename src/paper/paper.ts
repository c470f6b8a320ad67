import type { ArmPlaces } from "../view/arms.ts";
import type { TableContents } from "../store/fill.ts";
import type { StoreExtension } from "../store/extension.ts";
import type { Claim } from "./claim.ts";
import type { FigureRecord } from "./figure-record.ts";
import { figureOf, figureViews, type SqlNames } from "./figure-views.ts";
import type { Figure } from "./figure.ts";
import type { LayerMap } from "./layer-map.ts";
import { planOf, type PlannedRuns, type PlanRecord } from "./plan.ts";

/** What runs of an experiment must be for a test of a claim. */
export interface Conditions {
  /** Shorter runs are no test. */
  readonly steps: number;
  /** Runs on other data are no test. */
  readonly dataset?: string;
  /** Fewer seeds are no test; where absent, as many as the judge asks for. */
  readonly seeds?: number;
}

/** The paper's own curves, as a CSV file with the columns of their table. */
interface CurvesFile {
  readonly file: string;
  /** Goes up whenever the file changes. */
  readonly version: number;
}

/** A paper as it is written down. */
interface PaperRecord {
  /** Names what it keeps in a store. */
  readonly name: string;
  readonly title: string;
  readonly sql: SqlNames;
  readonly arms: ArmPlaces;
  readonly layers: LayerMap;
  readonly curves: CurvesFile;
  /** In the paper's order. */
  readonly figures: readonly FigureRecord[];
  /** `CREATE OR REPLACE VIEW …` beside those of its figures, over `paper_run`, `paper_reading` and `paper_histogram`. */
  readonly views: readonly string[];
  readonly claims: readonly Claim[];
  /** By experiment, of all that claims and figures speak of. */
  readonly conditions: Readonly<Record<string, Conditions>>;
  readonly plan: readonly PlanRecord[];
}

/** A paper as it is reproduced: trained by its plan, drawn as figures, judged by its claims. */
export interface Paper extends Pick<PaperRecord, "name" | "title" | "arms" | "layers" | "claims" | "conditions"> {
  readonly figures: readonly Figure[];
  readonly plan: readonly PlannedRuns[];
  /** The table of its curves, its views and those of its figures. */
  readonly extension: StoreExtension;
  /** What fills the table of its curves. */
  readonly curves: TableContents;
}

/** Makes a paper of its records. */
export function definePaper(record: PaperRecord): Paper {
  const { name, title, sql, arms, layers, curves, figures, views, claims, conditions, plan } = record;
  const table = `CREATE TABLE IF NOT EXISTS ${sql.curves} (
    figure VARCHAR, network VARCHAR, arm VARCHAR, learning_rate DOUBLE, layer INTEGER, stat VARCHAR, line VARCHAR,
    step INTEGER, distance DOUBLE, value DOUBLE)`;
  return {
    name,
    title,
    arms,
    layers,
    claims,
    conditions,
    figures: figures.map((figure) => ({ ...figureOf(figure, sql), paper: name, arms })),
    plan: planOf(plan, claims),
    extension: {
      name,
      migrations: [{ version: 1, statements: [table] }],
      views: [...views, ...figureViews(figures, sql)],
    },
    curves: {
      extension: name,
      table: sql.curves,
      version: curves.version,
      file: curves.file,
      what: "the paper's curves",
    },
  };
}
