/**
 * An error of the user's making: bad option, bad file, bad pipeline. Its message is one line that names the culprit
 * and says what to do; the command line prints it alone and exits with code 2.
 */
export class UserError extends Error {
  override readonly name = "UserError";
}

/** The loss (or what led to it) is no longer finite. Thrown before the weights are overwritten. */
export class DivergedError extends Error {
  override readonly name = "DivergedError";
  readonly step: number;
  readonly layer: number | undefined;
  constructor(message: string, where: { step: number; layer: number | undefined }) {
    super(message);
    this.step = where.step;
    this.layer = where.layer;
  }
}
