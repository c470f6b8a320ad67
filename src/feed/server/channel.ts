import type { RecordKind } from "../../store/queries/types.ts";
import type { Subscribe } from "../protocol/client-messages.ts";
import { type TickBatch, countOf } from "./batch.ts";
import { encodeEvent, histogramsFrame, readingsFrame } from "./encode.ts";
import type { Outgoing } from "./outgoing.ts";
import type { Registry } from "./registry.ts";
import { RecordSelection } from "./selection.ts";
import { SharedReading } from "./shared-reading.ts";
import type { Snapshot } from "./snapshot.ts";

/** One of those to whom a channel delivers. */
export interface Receiver {
  /** Whether it has all that came before and takes what comes. */
  readonly isLive: boolean;
  /** Whether it is there and lacks some of what came before. */
  readonly isWaiting: boolean;
  /** How many of a batch's first records it has already. */
  overlap(batch: TickBatch): number;
  push(out: Outgoing): void;
  /** Begins again, from what the store has now. */
  restart(): void;
}

/** Reads what the store holds for a channel, until it is aborted. */
type ReadSnapshot = (channel: Channel, signal: AbortSignal) => Promise<Snapshot>;

/** All subscriptions to the same thing: what is sent to them is selected and encoded once. */
export class Channel {
  readonly kind: RecordKind;
  readonly isSeries: boolean;
  readonly selection: RecordSelection;
  readonly members = new Set<Receiver>();
  readonly #read: ReadSnapshot;
  readonly key: string;
  readonly request: Subscribe;
  #reading: SharedReading | undefined;

  constructor(key: string, request: Subscribe, registry: Registry, read: ReadSnapshot) {
    this.key = key;
    this.request = request;
    this.isSeries = request.kind === "series";
    this.kind = request.kind === "series" ? "readings" : request.kind;
    this.selection = new RecordSelection(request, registry);
    this.#read = read;
  }

  /**
   * What the store holds now, read until `over` is aborted. Those who ask for series while a snapshot is being read share
   * it; then it is read until all of them are over.
   */
  snapshot(over: AbortSignal): Promise<Snapshot> {
    if (!this.isSeries) return this.#read(this, over);
    this.#reading ??= new SharedReading(
      (signal) => this.#read(this, signal),
      (reading) => {
        if (this.#reading === reading) this.#reading = undefined;
      },
    );
    return this.#reading.join(over);
  }

  /** Makes everyone begin again from what the store has now; a snapshot that is being read is of before. */
  restart(): void {
    this.#reading = undefined;
    for (const member of this.members) member.restart();
  }

  /** Hands a batch, the one that ends `tick`, to everyone who is live. */
  deliver(batch: TickBatch, tick: number): void {
    if (!this.selection.hasRun(batch.run) || countOf(batch, this.kind) === 0) return;
    let shared: { readonly out: Outgoing | undefined } | undefined;
    for (const member of this.members) {
      if (!member.isLive) continue;
      const skip = member.overlap(batch);
      const { out } =
        skip > 0 ? { out: this.encode(batch, tick, skip) } : (shared ??= { out: this.encode(batch, tick, 0) });
      if (out) member.push(out);
    }
  }

  /** What of a batch is wanted, without its first `skip` records of this kind; undefined where that is nothing. */
  encode(batch: TickBatch, tick: number, skip: number): Outgoing | undefined {
    const { selection, kind } = this;
    if (!selection.hasRun(batch.run)) return undefined;
    const header = { run: batch.run.number, tick, to: batch.from[kind] + countOf(batch, kind) };
    if (kind === "events") {
      const events = batch.events.slice(skip).map(encodeEvent);
      return events.length > 0 ? { run: batch.run, tick, events } : undefined;
    }
    if (kind === "histograms") {
      const list = batch.histograms.filter(
        ({ place, record }, i) => i >= skip && selection.places.has(place) && selection.hasStep(record.step),
      );
      return list.length > 0 ? histogramsFrame(list, header) : undefined;
    }
    const { series, step } = batch.readings;
    const rows: number[] = [];
    for (let i = skip; i < step.length; i++) {
      if (selection.series.has(series[i]!) && selection.hasStep(step[i]!)) rows.push(i);
    }
    return rows.length > 0 ? readingsFrame(batch.readings, rows, header) : undefined;
  }
}
