import { HISTOGRAM_COLUMNS, newColumns, READING_COLUMNS } from "../protocol/columns.ts";
import { FRAME } from "../protocol/frame.ts";
import { columnsOf, countsOf, frameAt, type LocatedFrame } from "../protocol/message.ts";
import type { WireEvent } from "../protocol/server-messages.ts";
import { histogramsFrame, type PlacedHistogram, readingsFrame } from "./encode.ts";
import type { Outgoing } from "./outgoing.ts";
import type { Registry, RunEntry } from "./registry.ts";

const READING_BYTES = 80;
const HISTOGRAM_BYTES = 150;
/** Events kept of each run. */
const EVENTS = 100;
const EVENT_BYTES = 500;

interface NewestOfRun {
  /** Records met. */
  total: number;
  tick: number;
  to: number;
  readonly readings: Map<number, { readonly step: number; readonly value: number }>;
  readonly histograms: Map<number, PlacedHistogram>;
  events: WireEvent[];
}

/** The newest record of each series (and the last events) of what could not be sent, and how many there were. */
export class Newest {
  readonly #registry: Registry;
  readonly #runs = new Map<number, NewestOfRun>();
  bytes = 0;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** All records met. */
  get total(): number {
    return [...this.#runs.values()].reduce((sum, { total }) => sum + total, 0);
  }

  /** Those of them that are not kept. */
  get skipped(): number {
    return [...this.#runs.values()].reduce((sum, run) => sum + run.total - kept(run), 0);
  }

  /** Takes what was to be sent; counts it only, where it is not going to be asked for. */
  add(out: Outgoing, onlyCount: boolean): void {
    if ("events" in out) {
      const run = this.#run(out.run.number, out.tick, 0);
      run.total += out.events.length;
      const before = run.events.length;
      run.events = [...run.events, ...out.events].slice(-EVENTS);
      this.bytes += EVENT_BYTES * (run.events.length - before);
      return;
    }
    const frame = frameAt(out.buffer);
    const run = this.#run(frame.run, frame.tick, frame.to);
    run.total += frame.rows;
    if (onlyCount) return;
    if (frame.kind === FRAME.readings) this.#addReadings(run, frame);
    else this.#addHistograms(run, frame);
  }

  *take(): Generator<Outgoing> {
    for (const [number, run] of this.#runs) {
      const header = { run: number, tick: run.tick, to: run.to, skipped: run.total - kept(run) };
      if (run.readings.size > 0) {
        const rows = [...run.readings].sort(([, a], [, b]) => a.step - b.step);
        const columns = newColumns(READING_COLUMNS, rows.length);
        rows.forEach(([series, { step, value }], i) => {
          columns.series[i] = series;
          columns.step[i] = step;
          columns.value[i] = value;
        });
        yield readingsFrame(columns, [...rows.keys()], header);
      }
      if (run.histograms.size > 0) yield histogramsFrame([...run.histograms.values()], header);
      if (run.events.length > 0) {
        const entry: RunEntry = this.#registry.run(number);
        yield { run: entry, tick: run.tick, skipped: header.skipped, events: run.events };
      }
    }
  }

  #run(number: number, tick: number, to: number): NewestOfRun {
    let run = this.#runs.get(number);
    if (!run) {
      run = { total: 0, tick, to, readings: new Map(), histograms: new Map(), events: [] };
      this.#runs.set(number, run);
    }
    run.tick = tick;
    run.to = to;
    return run;
  }

  #addReadings(run: NewestOfRun, frame: LocatedFrame): void {
    const { series, step, value } = columnsOf(READING_COLUMNS, frame);
    const before = run.readings.size;
    for (let i = 0; i < frame.rows; i++) run.readings.set(series[i]!, { step: step[i]!, value: value[i]! });
    this.bytes += READING_BYTES * (run.readings.size - before);
  }

  #addHistograms(run: NewestOfRun, frame: LocatedFrame): void {
    const { lo, hi, step, place, bins } = columnsOf(HISTOGRAM_COLUMNS, frame);
    const counts = countsOf(frame);
    let at = 0;
    for (let i = 0; i < frame.rows; i++) {
      const record = { lo: lo[i]!, hi: hi[i]!, step: step[i]!, counts: counts.slice(at, (at += bins[i]!)) };
      const replaced = run.histograms.get(place[i]!);
      run.histograms.set(place[i]!, { place: place[i]!, record });
      this.bytes += 4 * (bins[i]! - (replaced?.record.counts.length ?? 0)) + (replaced ? 0 : HISTOGRAM_BYTES);
    }
  }
}

function kept({ readings, histograms, events }: NewestOfRun): number {
  return readings.size + histograms.size + events.length;
}
