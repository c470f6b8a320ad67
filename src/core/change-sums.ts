/** Sums over the elements of a tensor: g², θ², (θ' - θ)², (θ - θ₀)², θ'² - θ². */
export type ChangeSums = readonly [number, number, number, number, number];

/** How many `ChangeSums` has. */
export const CHANGE_SUMS = 5;

/** Partial sums of each sum: element i goes to that of number i modulo these. */
const LANES = 4;

/**
 * Computes the sums of a gradient g, a parameter θ, what it becomes θ', and what it was at first θ₀, in float64.
 *
 * The kernels `changeSums` add in the same order, so that they give the same bits.
 */
export function changeSums(
  gradient: Float32Array,
  before: Float32Array,
  after: Float32Array,
  initial: Float32Array,
): ChangeSums {
  const lanes = Array.from({ length: LANES }, (_, lane) => {
    const sums: [number, number, number, number, number] = [0, 0, 0, 0, 0];
    for (let i = lane; i < before.length; i += LANES) {
      const g = gradient[i]!;
      const old = before[i]!;
      const now = after[i]!;
      const turn = now - old;
      const away = old - initial[i]!;
      sums[0] += g * g;
      sums[1] += old * old;
      sums[2] += turn * turn;
      sums[3] += away * away;
      sums[4] += turn * (now + old);
    }
    return sums;
  });
  const total = (of: number) => lanes[0]![of]! + lanes[1]![of]! + (lanes[2]![of]! + lanes[3]![of]!);
  return [total(0), total(1), total(2), total(3), total(4)];
}

/** Returns float64 values as pairs of int32, which tensors can hold. */
export const asWords = (values: Float64Array): Int32Array => new Int32Array(values.buffer, 0, values.length * 2);

/** Returns the float64 values whose words a tensor held. */
export const fromWords = (words: ArrayLike<number>): Float64Array => new Float64Array(Int32Array.from(words).buffer);
