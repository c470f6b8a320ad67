import type { Subscriber } from "rxjs";
import { BUCKET_COLUMNS, READING_COLUMNS } from "../protocol/columns.ts";
import { FRAME } from "../protocol/frame.ts";
import { columnsOf, type LocatedFrame } from "../protocol/message.ts";
import { Curves } from "./curves.ts";
import type { Definitions } from "./definitions.ts";
import type { Series, SeriesSet } from "./series.ts";
import type { Subscription } from "./subscription.ts";

/** Milliseconds between two emissions where there are no animation frames. */
const FRAME_MS = 50;

/** Keeps the curves of a request. While a snapshot comes again the old curves stay. */
export class SeriesSubscription implements Subscription {
  readonly request: Subscription["request"];
  readonly #subscriber: Subscriber<SeriesSet>;
  readonly #points: number;
  readonly #set: { series: readonly Series[]; complete: boolean } = { series: [], complete: false };
  #definitions: Definitions | undefined;
  #curves: Curves | undefined;
  /** Curves that grow aside until their snapshot is complete. */
  #next: Curves | undefined;
  #scheduled = false;

  constructor(request: Subscription["request"], points: number, subscriber: Subscriber<SeriesSet>) {
    this.request = request;
    this.#points = points;
    this.#subscriber = subscriber;
  }

  begin(definitions: Definitions): void {
    this.#definitions = definitions;
    this.#curves ??= new Curves(this.#points, definitions);
  }

  restart(): void {
    const curves = new Curves(this.#points, this.#definitions!, this.#curves);
    if (this.#set.complete) this.#next = curves;
    else this.#curves = curves;
  }

  live(): void {
    this.#curves = this.#next ?? this.#curves;
    this.#next = undefined;
    this.#set.complete = true;
    this.#changed();
  }

  frame(frame: LocatedFrame): void {
    const curves = this.#next ?? this.#curves!;
    if (frame.kind === FRAME.buckets) curves.addBuckets(columnsOf(BUCKET_COLUMNS, frame), frame.rows, frame.extra);
    else curves.addReadings(columnsOf(READING_COLUMNS, frame));
    if (!this.#next) this.#changed();
  }

  events(): void {
    // A request for series gets none.
  }

  stored(): void {
    // Curves are drawn as they come.
  }

  forget(runId: string): void {
    for (const curves of [this.#curves, this.#next]) curves?.forget(runId);
    this.#changed();
  }

  fail(error: Error): void {
    this.#subscriber.error(error);
  }

  complete(): void {
    this.#emit();
    this.#subscriber.complete();
  }

  #changed(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const emit = () => {
      this.#scheduled = false;
      this.#emit();
    };
    if (typeof requestAnimationFrame === "function") requestAnimationFrame(emit);
    else setTimeout(emit, FRAME_MS);
  }

  #emit(): void {
    if (this.#subscriber.closed) return;
    this.#set.series = this.#curves?.series ?? [];
    this.#subscriber.next(this.#set);
  }
}
