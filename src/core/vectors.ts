import {
  abs,
  clipByValue,
  concat,
  div,
  greaterEqual,
  lessEqual,
  logicalAnd,
  max,
  maximum,
  mul,
  pad,
  reshape,
  split,
  sqrt,
  square,
  stack,
  sub,
  add,
  scalar,
  sum,
  where,
  type Rank,
  type Scalar,
  type Tensor1D,
} from "@tensorflow/tfjs-core";
import type { Params } from "./params.ts";

/** Joins all tensors of a record to one vector, in the record's order. */
export function toVector(params: Params): Tensor1D {
  return concat(Object.values(params).map((value) => reshape<Rank.R1>(value, [-1])));
}

/** Splits a vector laid out as `toVector(params)` into a record like `params`. */
export function fromVector(vector: Tensor1D, params: Params): Params {
  const entries = Object.entries(params);
  const parts = split(
    vector,
    entries.map(([, { size }]) => size),
  );
  return Object.fromEntries(entries.map(([name, { shape }], i) => [name, reshape(parts[i]!, shape)]));
}

/** Count of numbers that float32 adds without losing much. */
const BLOCK = 1024;

/** Computes the sum of a vector in blocks: float32 loses digits with the length of the blocks, not of the vector. */
export function sumInBlocks(x: Tensor1D): Scalar {
  if (x.size <= BLOCK) return sum(x);
  const rest = (BLOCK - (x.size % BLOCK)) % BLOCK;
  return sumInBlocks(sum(reshape(rest ? pad(x, [[0, rest]]) : x, [-1, BLOCK]), 1));
}

/** Computes ‖x‖²: overflows float32 for lengths from 1.8e19 up. */
export function squaredNorm(x: Tensor1D): Scalar {
  return sumInBlocks(square(x));
}

/** Computes ‖x‖ of any vector whose length float32 can hold. */
export function norm(x: Tensor1D): Scalar {
  // What is not finite stays so.
  const scale = clipByValue<Scalar>(max<Scalar>(abs(x)), 1e-30, 1e38);
  return mul(scale, sqrt(squaredNorm(div(x, scale))));
}

/** Largest absolute values between which float32 holds the squares of a vector and of its small differences. */
const [LEAST_SQUARED, MOST_SQUARED] = [1e-9, 1e12];

/**
 * Computes the sums that `compareVectors` takes, on the device: `[a·a, b·b, d·d, d·(a + b), s]`, d = b - a, of a / s and b / s
 * where float32 would not hold the squares; s is 1 elsewhere.
 */
export function pairSums(a: Tensor1D, b: Tensor1D): Tensor1D {
  const largest = maximum<Scalar>(max<Scalar>(abs(a)), max<Scalar>(abs(b)));
  const isHeld = logicalAnd(greaterEqual(largest, LEAST_SQUARED), lessEqual(largest, MOST_SQUARED));
  const scale = where<Scalar>(isHeld, scalar(1), clipByValue(largest, 1e-30, 1e38));
  const [own, other] = [div<Tensor1D>(a, scale), div<Tensor1D>(b, scale)];
  const difference = sub<Tensor1D>(other, own);
  const across = sumInBlocks(mul(difference, add(own, other)));
  return stack([squaredNorm(own), squaredNorm(other), squaredNorm(difference), across, scale]) as Tensor1D;
}

/** Comparison of two vectors a and b. */
interface VectorComparison {
  /** ‖a‖. */
  readonly norm: number;
  /** ‖b - a‖. */
  readonly l2: number;
  readonly cosine: number;
  /** 1 - cosine, with the digits that the subtraction would lose. */
  readonly cosineDistance: number;
}

/**
 * Compares two vectors by their `pairSums`. With d = b - a, ‖b‖ - ‖a‖ = d·(a + b) / (‖a‖ + ‖b‖) and
 * 1 - cos = (‖d‖² - (‖b‖ - ‖a‖)²) / (2 ‖a‖ ‖b‖), which keeps the digits of nearly equal vectors. One vector of zeros has no
 * angle to another: NaN.
 */
export function compareVectors([aa, bb, dd, ds, scale = 1]: ArrayLike<number> & Iterable<number>): VectorComparison {
  const [a, b] = [Math.sqrt(aa!), Math.sqrt(bb!)];
  const longer = ds! / (a + b);
  // Rounding can take a difference of equal lengths below zero.
  const cosineDistance = a === 0 || b === 0 ? NaN : Math.max(0, dd! - longer * longer) / (2 * a * b);
  const equal = dd === 0;
  return {
    norm: scale * a,
    l2: scale * Math.sqrt(dd!),
    cosine: equal ? 1 : 1 - cosineDistance,
    cosineDistance: equal ? 0 : cosineDistance,
  };
}
