/**
 * An error that the user can correct: a wrong option, file or pipeline. Its message is one line that names the cause
 * and says what to do; the command line prints it alone and exits with code 2.
 */
export class UserError extends Error {
  /** Name of the class. */
  override readonly name = "UserError";
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
