import type { Declaration } from "../protocol/declaration.ts";

/** Returns a declaration without the trials of these runs; itself where it has none of them. */
export function declaredWithout(declaration: Declaration, runIds: ReadonlySet<string>): Declaration {
  const trials = declaration.trials.filter(({ runId }) => runId === null || !runIds.has(runId));
  return trials.length === declaration.trials.length ? declaration : { ...declaration, trials };
}
