import type { Observer } from "rxjs";
import type { Histogram, Reading, RunEvent } from "../../core/types.ts";
import { bytesOf, frameColumns, HISTOGRAM_COLUMNS, READING_COLUMNS } from "../protocol/columns.ts";
import { FRAME, HEADER_BYTES, type FrameHeader } from "../protocol/frame.ts";
import type { ServerMessage } from "../protocol/server-messages.ts";
import type { Definitions } from "./definitions.ts";
import type { Subscription } from "./subscription.ts";

type RunRecord = (Reading | Histogram | RunEvent) & { readonly runId: string };

/**
 * Passes records on, each once. The server sends a run's matching records in one order, always; so after a snapshot from
 * the start, as many as were passed on before are left out.
 */
export class RecordSubscription<T extends RunRecord> implements Subscription {
  readonly request: Subscription["request"];
  readonly #observer: Observer<T>;
  #definitions: Definitions | undefined;
  /** Of each run, records passed on (or left out by the server), and how many the server has sent since it started over. */
  readonly #passed = new Map<string, number>();
  #sent = new Map<string, number>();

  constructor(request: Subscription["request"], observer: Observer<T>) {
    this.request = request;
    this.#observer = observer;
  }

  begin(definitions: Definitions): void {
    this.#definitions = definitions;
  }

  restart(): void {
    this.#sent = new Map();
  }

  live(): void {
    // Records say what there is to say.
  }

  frame(header: FrameHeader, frame: ArrayBuffer): void {
    const definitions = this.#definitions!;
    const { kind, rows, skipped } = header;
    const runId = definitions.run(header.run);
    if (kind === FRAME.readings) {
      const { value, step, series } = frameColumns(READING_COLUMNS, frame, rows);
      this.#pass(runId, rows, skipped, (i) => {
        const { probe, stat, layer, unit, distance } = definitions.series(series[i]!);
        return {
          kind: "reading",
          runId,
          step: step[i]!,
          probe,
          stat,
          value: value[i]!,
          ...(layer === null ? undefined : { layer }),
          ...(unit === null ? undefined : { unit }),
          ...(distance === null ? undefined : { distance }),
        };
      });
    } else if (kind === FRAME.histograms) {
      const { lo, hi, step, place, bins } = frameColumns(HISTOGRAM_COLUMNS, frame, rows);
      const counts = new Uint32Array(frame, HEADER_BYTES + bytesOf(HISTOGRAM_COLUMNS, rows), header.extra);
      let end = 0;
      const ends = bins.map((count) => (end += count));
      this.#pass(runId, rows, skipped, (i) => {
        const { layer, site, unit } = definitions.place(place[i]!);
        return {
          kind: "histogram",
          runId,
          step: step[i]!,
          layer,
          site,
          lo: lo[i]!,
          hi: hi[i]!,
          counts: [...counts.subarray(ends[i]! - bins[i]!, ends[i])],
          ...(unit === null ? undefined : { unit }),
        };
      });
    }
  }

  events({ run, skipped, events }: Extract<ServerMessage, { type: "events" }>): void {
    const runId = this.#definitions!.run(run);
    this.#pass(runId, events.length, skipped, (i) => {
      const { data, ...event } = events[i]!;
      return { kind: "event", runId, ...event, ...(data === null ? undefined : { data }) };
    });
  }

  fail(error: Error): void {
    this.#observer.error(error);
  }

  complete(): void {
    this.#observer.complete();
  }

  #pass(runId: string, rows: number, skipped: number, record: (row: number) => RunRecord): void {
    const passed = this.#passed.get(runId) ?? 0;
    const before = (this.#sent.get(runId) ?? 0) + skipped;
    this.#sent.set(runId, before + rows);
    this.#passed.set(runId, Math.max(passed, before + rows));
    for (let i = Math.max(0, passed - before); i < rows; i++) this.#observer.next(record(i) as T);
  }
}
