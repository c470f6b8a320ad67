import { bytesField, doubleField, doublesField, floatField, joined, textField, varintField } from "./protobuf.ts";
import { tfRecord } from "./tf-record.ts";

/** Counts of values in bins of equal width over [lo, hi]. */
export interface BinnedCounts {
  readonly lo: number;
  readonly hi: number;
  readonly counts: readonly number[];
}

/** A value of a summary with its tag: a scalar, which TensorBoard keeps as a 32-bit float, or a histogram. */
export interface TaggedValue {
  readonly tag: string;
  readonly value: number | BinnedCounts;
}

/** Returns the record that a file of events begins with. `time` is in seconds since the Unix epoch, as everywhere here. */
export const versionRecord = (time: number): Uint8Array =>
  tfRecord(joined([doubleField(1, time), textField(3, "brain.Event:2")]));

/**
 * Returns the record of an event with values of one step.
 *
 * Source: event.proto, summary.proto and histogram.proto of https://github.com/tensorflow/tensorflow.
 */
export function summaryRecord(time: number, step: number, values: readonly TaggedValue[]): Uint8Array {
  const summary = joined(values.map((value) => bytesField(1, taggedMessage(value))));
  return tfRecord(joined([doubleField(1, time), varintField(2, step), bytesField(5, summary)]));
}

function taggedMessage({ tag, value }: TaggedValue): Uint8Array {
  const field = typeof value === "number" ? floatField(2, value) : bytesField(5, histogramMessage(value));
  return joined([textField(1, tag), field]);
}

/** Sums are those of the middles of the bins: the values are not known. */
function histogramMessage({ lo, hi, counts }: BinnedCounts): Uint8Array {
  const width = (hi - lo) / counts.length;
  const middles = counts.map((_, i) => lo + (i + 0.5) * width);
  const sum = (of: (middle: number) => number): number =>
    counts.reduce((all, count, i) => all + count * of(middles[i]!), 0);
  const limits = counts.map((_, i) => (i === counts.length - 1 ? hi : lo + (i + 1) * width));
  return joined([
    doubleField(1, lo),
    doubleField(2, hi),
    doubleField(
      3,
      sum(() => 1),
    ),
    doubleField(
      4,
      sum((middle) => middle),
    ),
    doubleField(
      5,
      sum((middle) => middle * middle),
    ),
    doublesField(6, limits),
    doublesField(7, counts),
  ]);
}
