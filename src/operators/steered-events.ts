import { concatMap, type Observable } from "rxjs";
import type { Step } from "../core/live.ts";
import type { RunEvent } from "../core/types.ts";

/** Gives an event `steered` for every value that an Observable steers a step with, when it is another than before. */
export function steeredEvents(steps: Observable<Step>): Observable<RunEvent> {
  const before = new Map<string, number>();
  return steps.pipe(
    concatMap(({ step, steered = [] }) => {
      const changed = steered.filter(({ name, value }) => before.get(name) !== value);
      for (const { name, value } of changed) before.set(name, value);
      return changed.map(({ name, value }): RunEvent => {
        const message = `${name} is ${value} from step ${step} on`;
        return { kind: "event", step, at: Date.now(), level: "info", name: "steered", message, data: { name, value } };
      });
    }),
  );
}
