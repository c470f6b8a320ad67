import { isObservable, type Observable } from "rxjs";
import { UserError } from "../../core/errors.ts";
import { oneLine } from "../../core/one-line.ts";
import type { Recorded } from "../../core/types.ts";

/** Returns the records of a pipeline's `run`. @throws {UserError} when it throws or gives something else. */
export function startRun(run: () => unknown): Observable<Recorded> {
  let records: unknown;
  try {
    records = run();
  } catch (error) {
    throw error instanceof UserError ? error : new UserError(`run threw: ${oneLine(error)}`);
  }
  if (isObservable(records)) return records as Observable<Recorded>;
  throw new UserError("run must return an observable: batches({ size }).pipe(take(steps), train(…), probes(…))");
}
