import type { RunState } from "../../feed/client/index.ts";
import { hiddenRuns } from "./hidden-runs.ts";
import { urlState } from "./url-state.ts";

type Known = Pick<RunState, "runId" | "experiment">;

/** Takes runs that are no more out of what the address and this browser say of them. */
export function forgetGone(before: readonly Known[], runs: readonly Known[]): void {
  const there = new Set(runs.map(({ runId }) => runId));
  const gone = new Set(before.flatMap(({ runId }) => (there.has(runId) ? [] : [runId])));
  if (gone.size === 0) return;
  if (before.some(({ runId }) => gone.has(runId) && hiddenRuns.all.has(runId))) hiddenRuns.remove(gone);
  const pin = urlState.get("pin");
  const experiment = urlState.get("experiment");
  const isOver = !runs.some((run) => run.experiment === experiment);
  urlState.set(
    {
      runs: urlState.list("runs").filter((runId) => !gone.has(runId)),
      pin: pin !== undefined && gone.has(pin.replace(/^group /, "")) ? undefined : pin,
      experiment: isOver ? undefined : experiment,
    },
    { replace: true },
  );
}
