import { concatMap, Observable } from "rxjs";
import type { Step } from "../core/live.ts";
import { joinedSession } from "../core/session.ts";
import type { RunEvent } from "../core/types.ts";

/** Gives an event `steered` for every value that an Observable steers a step with, when it is another than before. */
export function steeredEvents(steps: Observable<Step>): Observable<RunEvent> {
  return new Observable((subscriber) => {
    const before = new Map<string, number>();
    const forget = joinedSession()?.remembered.add({
      name: "steered",
      save: () => Object.fromEntries([...before].map(([name, value]) => [name, Float64Array.of(value)])),
      load: (memory) => Object.entries(memory).forEach(([name, values]) => before.set(name, values[0]!)),
    });
    subscriber.add(forget);
    const events = steps.pipe(
      concatMap(({ step, steered = [] }) => {
        const changed = steered.filter(({ name, value }) => before.get(name) !== value);
        for (const { name, value } of changed) before.set(name, value);
        return changed.map(({ name, value }): RunEvent => {
          const message = `${name} is ${value} from step ${step} on`;
          const data = { name, value };
          return { kind: "event", step, at: Date.now(), level: "info", name: "steered", message, data };
        });
      }),
    );
    subscriber.add(events.subscribe(subscriber));
  });
}
