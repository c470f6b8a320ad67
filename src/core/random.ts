// Counter-based randomness: a key is a value, and drawing from it twice gives the same numbers twice. The generator is
// Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011). Draws of n and of m numbers
// from one key agree on their common prefix, so fold a key before drawing anything else from it.

/** Name of one independent stream of random numbers, two unsigned 32-bit words. */
export interface Key {
  /** High word. */
  readonly hi: number;
  /** Low word. */
  readonly lo: number;
}

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9 | 0;
const WEYL_1 = 0xbb67ae85 | 0;
const ROUNDS = 10;
const TWO_32 = 2 ** 32;
const TWO_NEG_24 = 2 ** -24;

// Third counter word. Draws use 0 there, so a derived key never coincides with drawn numbers.
const FOLD_NUMBER = 1;
const FOLD_STRING = 2;

/** Returns the high 32 bits of the product of two 32-bit words. */
function mulhi(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) | 0;
  const carry = (Math.imul(aLow, bHigh) + (middle & 0xffff)) | 0;
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (carry >>> 16)) | 0;
}

/** Writes one block to `out[at .. at + 3]`; what lies past the end of `out` is dropped. */
function writeBlock(
  out: Uint32Array,
  at: number,
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
  rounds: number,
): void {
  for (let round = 0; round < rounds; round++) {
    const high0 = mulhi(c0, MULTIPLIER_0);
    const high1 = mulhi(c2, MULTIPLIER_1);
    const low0 = Math.imul(c0, MULTIPLIER_0);
    const low1 = Math.imul(c2, MULTIPLIER_1);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + WEYL_0) | 0;
    k1 = (k1 + WEYL_1) | 0;
  }
  out[at] = c0;
  out[at + 1] = c1;
  out[at + 2] = c2;
  out[at + 3] = c3;
}

/** Computes one Philox4x32 block: four unsigned words from a four-word counter and a two-word key. */
export function philox4x32(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
  rounds: number = ROUNDS,
): [number, number, number, number] {
  const out = new Uint32Array(4);
  writeBlock(out, 0, ...counter, ...key, rounds);
  return [out[0]!, out[1]!, out[2]!, out[3]!];
}

/**
 * Makes the key from which every other key of a run derives.
 *
 * @throws {RangeError} when `seed` is not a safe integer.
 *
 * @example
 * ```ts
 * import { fold, integers, rootKey } from "gradstream";
 *
 * const key = fold(rootKey(0), "lottery", 3);
 * console.log(integers(key, 6, 49).join() === integers(key, 6, 49).join()); // true
 * ```
 */
export function rootKey(seed: number): Key {
  const [lo, hi] = integerWords(seed);
  return { hi, lo };
}

/**
 * Derives the child of `key` named by `data`: `fold(key, "epoch", 3)` is `fold(fold(key, "epoch"), 3)`. The number 1
 * and the string "1" name different children.
 *
 * @throws {RangeError} when a number is not a safe integer.
 */
export function fold(key: Key, ...data: readonly (number | string)[]): Key {
  let child = key;
  for (const datum of data) {
    const isText = typeof datum === "string";
    const [word, extra] = isText ? [fnv1a(datum), datum.length] : integerWords(datum);
    const tag = isText ? FOLD_STRING : FOLD_NUMBER;
    const [hi, lo] = philox4x32([word, extra, tag, 0], [child.hi, child.lo]);
    child = { hi, lo };
  }
  return child;
}

/** Draws `n` uniform 32-bit words; block i of four has the counter [i, 0, 0, 0]. */
export function randomBits(key: Key, n: number): Uint32Array {
  const out = new Uint32Array(n);
  fill(out, key, 0);
  return out;
}

/**
 * Draws `n` numbers uniform on [lo, hi), of 24 bits. Rounding to float32 can make one equal to `hi`, but not on [0, 1).
 */
export function uniform(key: Key, n: number, lo = 0, hi = 1): Float32Array {
  const bits = randomBits(key, n);
  const out = new Float32Array(n);
  const scale = (hi - lo) * TWO_NEG_24;
  for (let i = 0; i < n; i++) out[i] = lo + (bits[i]! >>> 8) * scale;
  return out;
}

/** Draws `n` normal numbers by the Box-Muller transform; none is further than 5.9 `sd` from `mean`. */
export function normal(key: Key, n: number, mean = 0, sd = 1): Float32Array {
  const bits = randomBits(key, n + (n & 1));
  const out = new Float32Array(n);
  for (let i = 0; i < n; i += 2) {
    const radius = sd * Math.sqrt(-2 * Math.log(((bits[i]! >>> 8) + 0.5) * TWO_NEG_24));
    const angle = 2 * Math.PI * (bits[i + 1]! >>> 8) * TWO_NEG_24;
    out[i] = mean + radius * Math.cos(angle);
    out[i + 1] = mean + radius * Math.sin(angle);
  }
  return out;
}

/** Draws `n` signs, -1 or 1 with equal probability. */
export function signs(key: Key, n: number): Float32Array {
  const bits = randomBits(key, Math.ceil(n / 32));
  return Float32Array.from({ length: n }, (_, i) => ((bits[i >>> 5]! >>> (i & 31)) & 1 ? 1 : -1));
}

/**
 * Draws `n` integers uniform on 0 .. bound - 1, without bias.
 *
 * @throws {RangeError} when `bound` is not an integer in 1 .. 2³².
 */
export function integers(key: Key, n: number, bound: number): Uint32Array {
  const below = boundedDraw(key);
  const out = new Uint32Array(n);
  for (let i = 0; i < n; i++) out[i] = below(bound);
  return out;
}

/**
 * Draws a permutation of 0 .. n - 1, uniformly from all n! (Fisher-Yates shuffle).
 *
 * @throws {RangeError} when `n` is above 2³².
 */
export function permutation(key: Key, n: number): Uint32Array {
  const below = boundedDraw(key);
  const out = new Uint32Array(n);
  for (let i = 0; i < n; i++) out[i] = i;
  for (let i = n - 1; i > 0; i--) {
    const j = below(i + 1);
    const moved = out[i]!;
    out[i] = out[j]!;
    out[j] = moved;
  }
  return out;
}

function fill(out: Uint32Array, key: Key, firstBlock: number): void {
  const k0 = key.hi | 0;
  const k1 = key.lo | 0;
  const blocks = Math.ceil(out.length / 4);
  for (let i = 0; i < blocks; i++) writeBlock(out, 4 * i, firstBlock + i, 0, 0, 0, k0, k1, ROUNDS);
}

/** Draws integers below changing bounds from one key, rejecting the words that would favour small results. */
function boundedDraw(key: Key): (bound: number) => number {
  const words = new Uint32Array(256);
  let used = words.length;
  let nextBlock = 0;
  return (bound) => {
    if (!Number.isInteger(bound) || bound < 1 || bound > TWO_32) {
      throw new RangeError(`integers: bound must be an integer from 1 to 2^32, got ${bound}`);
    }
    const limit = TWO_32 - (TWO_32 % bound);
    for (;;) {
      if (used === words.length) {
        fill(words, key, nextBlock);
        nextBlock += words.length / 4;
        used = 0;
      }
      const word = words[used++]!;
      if (word < limit) return word % bound;
    }
  };
}

/** Returns the low and the high word of a safe integer in two's complement. */
function integerWords(value: number): [number, number] {
  if (!Number.isSafeInteger(value)) throw new RangeError(`random key: ${value} is not a safe integer`);
  return [value >>> 0, Math.floor(value / TWO_32) >>> 0];
}

/** Computes FNV-1a over the bytes of the string's UTF-16 code units, low byte first. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  return hash >>> 0;
}
