/**
 * An error that the user can correct: a wrong option, file or pipeline. Its message is one line that names the cause
 * and says what to do; the command line prints it alone and exits with code 2.
 */
export class UserError extends Error {
  /** Name of the class. */
  override readonly name = "UserError";
}

/** Where a statement is wrong, and what may have been meant. */
export interface SqlFault {
  /** Characters of the statement before what is wrong. */
  readonly position?: number;
  /** Names that are there and look alike. */
  readonly candidates?: readonly string[];
}

/** A statement that DuckDB refuses: the first line of its reason and the names that may have been meant, in one line. */
export class SqlError extends UserError {
  /** Where it is wrong, and what may have been meant. */
  readonly fault: SqlFault;
  constructor(message: string, fault: SqlFault = {}) {
    super(message);
    this.fault = fault;
  }
}

/** The loss is no longer finite. Thrown before the update overwrites the parameters. */
export class DivergedError extends Error {
  /** Name of the class. */
  override readonly name = "DivergedError";
  /** Step at which the loss was not finite, from 0. */
  readonly step: number;
  /** First layer with an activation that is not finite, from 1; undefined when all are finite. */
  readonly layer: number | undefined;
  constructor(message: string, where: { step: number; layer: number | undefined }) {
    super(message);
    this.step = where.step;
    this.layer = where.layer;
  }
}
