/** A version of the store's tables, and the statements that lead to it from the version before. */
export interface Migration {
  readonly version: number;
  readonly statements: readonly string[];
}

/** SQL that makes the table of the schema's version. */
export const SCHEMA_VERSION_TABLE =
  "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL, applied_at TIMESTAMP NOT NULL)";

/**
 * The ordered migrations that lead to the tables of the store. Table and column names are a public interface. No index and
 * no primary key on reading, histogram and event: they are appended to at full speed and only scanned.
 */
export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    statements: [
      `CREATE TABLE run (
        run_id VARCHAR NOT NULL, experiment VARCHAR NOT NULL, pipeline VARCHAR, arm VARCHAR NOT NULL, seed BIGINT NOT NULL,
        hyper JSON, steps INTEGER, status VARCHAR NOT NULL, backend VARCHAR, dataset VARCHAR, network VARCHAR,
        code_version VARCHAR, host VARCHAR, started_at TIMESTAMP, ended_at TIMESTAMP, sweep_id VARCHAR, attempt INTEGER)`,
      `CREATE TABLE reading (
        run_id VARCHAR NOT NULL, step INTEGER NOT NULL, probe VARCHAR NOT NULL, stat VARCHAR NOT NULL,
        layer INTEGER, unit INTEGER, distance DOUBLE, value DOUBLE)`,
      `CREATE TABLE histogram (
        run_id VARCHAR NOT NULL, step INTEGER NOT NULL, layer INTEGER NOT NULL, site VARCHAR NOT NULL, unit INTEGER,
        lo DOUBLE, hi DOUBLE, counts INTEGER[])`,
      `CREATE TABLE event (
        run_id VARCHAR, step INTEGER, "at" TIMESTAMP, level VARCHAR, kind VARCHAR, message VARCHAR, data JSON)`,
    ],
  },
  {
    version: 2,
    statements: [
      ...["optimizer JSON", "loss_name VARCHAR", "activations JSON", "probes JSON"].map(
        (column) => `ALTER TABLE run ADD COLUMN ${column}`,
      ),
      // These were recorded under the name of a data set of images, which such a network cannot take.
      "UPDATE run SET dataset = 'linearTask' WHERE experiment = 'deep-linear' AND starts_with(network, 'deep linear ')",
    ],
  },
  {
    version: 3,
    statements: [
      // What TypeScript calls RunEvent.name was `kind` here; queries that say so go on. DuckDB adds no such column to a table.
      "ALTER TABLE event RENAME TO event_2",
      `CREATE TABLE event (
        run_id VARCHAR, step INTEGER, "at" TIMESTAMP, level VARCHAR, name VARCHAR, message VARCHAR, data JSON,
        kind VARCHAR GENERATED ALWAYS AS (name) VIRTUAL)`,
      "INSERT INTO event SELECT * FROM event_2 ORDER BY rowid",
      "DROP TABLE event_2",
      // 2 / learning rate, which `curvature` and `hessian` record by this name.
      "UPDATE reading SET stat = 'edge_of_stability' WHERE stat = 'edge_of_stability_beta'",
    ],
  },
  {
    version: 4,
    statements: [
      `CREATE TABLE sweep (
        sweep_id VARCHAR NOT NULL, experiment VARCHAR NOT NULL, pipeline VARCHAR, state VARCHAR NOT NULL, plan JSON,
        code_version VARCHAR, engine VARCHAR, host VARCHAR, started_at TIMESTAMP, ended_at TIMESTAMP)`,
      `CREATE TABLE trial (
        sweep_id VARCHAR NOT NULL, trial_id VARCHAR NOT NULL, arm VARCHAR NOT NULL, seed BIGINT NOT NULL, hyper JSON,
        network VARCHAR, rung INTEGER NOT NULL, state VARCHAR NOT NULL, run_id VARCHAR, attempts INTEGER NOT NULL,
        worker VARCHAR, started_at TIMESTAMP, ended_at TIMESTAMP, error VARCHAR)`,
      `CREATE TABLE attempt (
        sweep_id VARCHAR NOT NULL, trial_id VARCHAR NOT NULL, attempt INTEGER NOT NULL, token VARCHAR, worker VARCHAR,
        state VARCHAR NOT NULL, from_step INTEGER, started_at TIMESTAMP, ended_at TIMESTAMP, error VARCHAR)`,
    ],
  },
  {
    version: 5,
    statements: ["ALTER TABLE run ADD COLUMN layers JSON"],
  },
  {
    version: 6,
    statements: ["note VARCHAR", "tags VARCHAR[]"].map((column) => `ALTER TABLE run ADD COLUMN ${column}`),
  },
  {
    version: 7,
    statements: ["CREATE TABLE removed_run (run_id VARCHAR NOT NULL, removed_at TIMESTAMP NOT NULL)"],
  },
  {
    version: 8,
    statements: ["ALTER TABLE run ADD COLUMN backend_detail VARCHAR"],
  },
];

/** The newest schema version this code knows. */
export const SCHEMA_VERSION = MIGRATIONS.at(-1)?.version ?? 0;
