import type { BucketColumns } from "../protocol/columns.ts";
import type { RunSeriesKey } from "./definitions.ts";
import type { Series } from "./series.ts";

const COLUMNS = ["start", "min", "max", "minStep", "maxStep", "last", "lastStep"] as const;

/**
 * A series that takes buckets and readings. Merging is associative: readings one by one, or in buckets of any narrower
 * width, end in the same buckets.
 */
export class Bucketed implements Series {
  readonly runId: string;
  readonly probe: string;
  readonly stat: string;
  readonly layer: number | null;
  readonly unit: number | null;
  readonly distance: number | null;
  readings = 0;
  length = 0;
  start = new Float64Array(16);
  min = new Float64Array(16);
  max = new Float64Array(16);
  minStep = new Float64Array(16);
  maxStep = new Float64Array(16);
  last = new Float64Array(16);
  lastStep = new Float64Array(16);
  broken = new Uint32Array(16);
  version: number;
  #shift: number;

  constructor(key: RunSeriesKey, shift: number, version: number) {
    this.runId = key.runId;
    this.probe = key.probe;
    this.stat = key.stat;
    this.layer = key.layer;
    this.unit = key.unit;
    this.distance = key.distance;
    this.#shift = shift;
    this.version = version;
  }

  get width(): number {
    return 2 ** this.#shift;
  }

  add(step: number, value: number): void {
    const at = this.#bucket((step >> this.#shift) << this.#shift);
    if (!Number.isFinite(value)) {
      this.broken[at]!++;
    } else {
      this.#lower(at, value, step);
      this.#raise(at, value, step);
    }
    this.#replaceLast(at, value, step);
    this.readings++;
    this.version++;
  }

  /** Takes row `i` of a snapshot's buckets, of this width. */
  addBucket(columns: BucketColumns, i: number): void {
    const at = this.#bucket(columns.start[i]!);
    if (columns.minStep[i]! >= 0) {
      this.#lower(at, columns.min[i]!, columns.minStep[i]!);
      this.#raise(at, columns.max[i]!, columns.maxStep[i]!);
    }
    this.#replaceLast(at, columns.last[i]!, columns.lastStep[i]!);
    this.broken[at]! += columns.broken[i]!;
    this.readings += columns.readings[i]!;
    this.version++;
  }

  /** Merges neighbours until buckets are `2 ** shift` wide. */
  widen(shift: number): void {
    if (shift <= this.#shift) return;
    this.#shift = shift;
    let to = -1;
    for (let from = 0; from < this.length; from++) {
      const start = (this.start[from]! >> shift) << shift;
      if (to < 0 || this.start[to] !== start) {
        to++;
        this.#copy(from, to);
        this.start[to] = start;
      } else {
        if (this.minStep[from]! >= 0) {
          this.#lower(to, this.min[from]!, this.minStep[from]!);
          this.#raise(to, this.max[from]!, this.maxStep[from]!);
        }
        this.#replaceLast(to, this.last[from]!, this.lastStep[from]!);
        this.broken[to]! += this.broken[from]!;
      }
    }
    this.length = to + 1;
    this.version++;
  }

  #lower(at: number, value: number, step: number): void {
    const [known, first] = [this.min[at]!, this.minStep[at]!];
    if (first >= 0 && (value > known || (value === known && step >= first))) return;
    this.min[at] = value;
    this.minStep[at] = step;
  }

  #raise(at: number, value: number, step: number): void {
    const [known, first] = [this.max[at]!, this.maxStep[at]!];
    if (first >= 0 && (value < known || (value === known && step >= first))) return;
    this.max[at] = value;
    this.maxStep[at] = step;
  }

  #replaceLast(at: number, value: number, step: number): void {
    if (step < this.lastStep[at]!) return;
    this.last[at] = value;
    this.lastStep[at] = step;
  }

  /** Index of the bucket that starts at `start`, made where there is none. Steps come mostly in order. */
  #bucket(start: number): number {
    let at = this.length;
    while (at > 0 && this.start[at - 1]! > start) at--;
    if (at > 0 && this.start[at - 1] === start) return at - 1;
    if (this.length === this.start.length) this.#grow();
    for (const name of COLUMNS) this[name].copyWithin(at + 1, at, this.length);
    this.broken.copyWithin(at + 1, at, this.length);
    this.length++;
    this.start[at] = start;
    this.min[at] = this.max[at] = NaN;
    this.minStep[at] = this.maxStep[at] = -1;
    this.last[at] = NaN;
    this.lastStep[at] = -Infinity;
    this.broken[at] = 0;
    return at;
  }

  #copy(from: number, to: number): void {
    for (const name of COLUMNS) this[name][to] = this[name][from]!;
    this.broken[to] = this.broken[from]!;
  }

  #grow(): void {
    const size = 2 * this.start.length;
    for (const name of COLUMNS) {
      const longer = new Float64Array(size);
      longer.set(this[name]);
      this[name] = longer;
    }
    const longer = new Uint32Array(size);
    longer.set(this.broken);
    this.broken = longer;
  }
}
