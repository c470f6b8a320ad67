import { describe, expect, it } from "vitest";
import {
  fold,
  integers,
  normal,
  permutation,
  philox4x32,
  randomBits,
  rootKey,
  uniform,
} from "../../src/core/random.ts";

const N = 200_000;

/** Largest distance between the empirical distribution of `values` and `cdf`. */
function kolmogorovSmirnov(values: Float32Array, cdf: (x: number) => number): number {
  const sorted = Float32Array.from(values).sort();
  let worst = 0;
  sorted.forEach((value, i) => {
    const p = cdf(value);
    worst = Math.max(worst, Math.abs(p - i / sorted.length), Math.abs(p - (i + 1) / sorted.length));
  });
  return worst;
}

/** Abramowitz and Stegun 7.1.26, error below 1.5e-7. */
function normalCdf(x: number): number {
  const t = 1 / (1 + 0.3275911 * (Math.abs(x) / Math.SQRT2));
  const poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const erf = 1 - poly * Math.exp((-x * x) / 2);
  return x >= 0 ? (1 + erf) / 2 : (1 - erf) / 2;
}

const mean = (values: Float32Array, power = 1) => values.reduce((sum, x) => sum + x ** power, 0) / values.length;

function correlation(a: Float32Array, b: Float32Array): number {
  const ma = mean(a);
  const mb = mean(b);
  let ab = 0;
  let aa = 0;
  let bb = 0;
  a.forEach((x, i) => {
    ab += (x - ma) * (b[i]! - mb);
    aa += (x - ma) ** 2;
    bb += (b[i]! - mb) ** 2;
  });
  return ab / Math.sqrt(aa * bb);
}

const hex = (words: readonly number[]) => words.map((word) => word.toString(16).padStart(8, "0")).join(" ");

describe("philox4x32", () => {
  it("agrees with the known answers of Random123", () => {
    const ff = 0xffffffff;
    expect(hex(philox4x32([0, 0, 0, 0], [0, 0]))).toBe("6627e8d5 e169c58d bc57ac4c 9b00dbd8");
    expect(hex(philox4x32([ff, ff, ff, ff], [ff, ff]))).toBe("408f276d 41c83b0e a20bc7c6 6d5451fd");
    expect(hex(philox4x32([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]))).toBe(
      "d16cfe09 94fdcceb 5001e420 24126ea1",
    );
    expect(hex(philox4x32([0, 0, 0, 0], [0, 0], 7))).toBe("5f6fb709 0d893f64 4f121f81 4f730a48");
  });

  it("agrees with a plain big-integer version", () => {
    const slow = (counter: bigint[], key: bigint[]) => {
      let [c0, c1, c2, c3] = counter as [bigint, bigint, bigint, bigint];
      let [k0, k1] = key as [bigint, bigint];
      for (let round = 0; round < 10; round++) {
        const p0 = c0 * 0xd2511f53n;
        const p1 = c2 * 0xcd9e8d57n;
        [c0, c1, c2, c3] = [(p1 >> 32n) ^ c1 ^ k0, p1 & 0xffffffffn, (p0 >> 32n) ^ c3 ^ k1, p0 & 0xffffffffn];
        k0 = (k0 + 0x9e3779b9n) & 0xffffffffn;
        k1 = (k1 + 0xbb67ae85n) & 0xffffffffn;
      }
      return [c0, c1, c2, c3].map(Number);
    };
    const words = [...randomBits(rootKey(17), 6 * 100)];
    for (let i = 0; i < words.length; i += 6) {
      const [a, b, c, d, k0, k1] = words.slice(i, i + 6) as [number, number, number, number, number, number];
      expect(philox4x32([a, b, c, d], [k0, k1])).toEqual(slow([a, b, c, d].map(BigInt), [k0, k1].map(BigInt)));
    }
  });
});

describe("randomBits", () => {
  it("writes block i from the counter [i, 0, 0, 0]", () => {
    const key = fold(rootKey(3), "x");
    const words = randomBits(key, 11);
    expect([...words.subarray(4, 8)]).toEqual(philox4x32([1, 0, 0, 0], [key.hi, key.lo]));
    expect([...words.subarray(8)]).toEqual(philox4x32([2, 0, 0, 0], [key.hi, key.lo]).slice(0, 3));
    expect([...randomBits(key, 5)]).toEqual([...words.subarray(0, 5)]);
    expect(randomBits(key, 0).length).toBe(0);
  });
});

describe("fold", () => {
  it("derives one child per datum, in order", () => {
    const root = rootKey(1);
    expect(fold(root, "epoch", 3)).toEqual(fold(fold(root, "epoch"), 3));
    expect(fold(root)).toEqual(root);
    expect(fold(root, "a", "b")).not.toEqual(fold(root, "b", "a"));
    expect(fold(root, 1)).not.toEqual(fold(root, "1"));
    expect(fold(root, 5)).not.toEqual(fold(root, 5 + 2 ** 32));
    expect(fold(root, -1)).not.toEqual(fold(root, 1));
  });

  it("never moves: recorded runs depend on these words", () => {
    expect(rootKey(2 ** 32 + 5)).toEqual({ hi: 1, lo: 5 });
    expect(fold(rootKey(0), "epoch", 0)).toMatchInlineSnapshot(`
      {
        "hi": 3514432654,
        "lo": 4062247895,
      }
    `);
    expect(fold(rootKey(42), 7)).toMatchInlineSnapshot(`
      {
        "hi": 3631785867,
        "lo": 2057640661,
      }
    `);
  });

  it("refuses what is no safe integer", () => {
    expect(() => fold(rootKey(0), 0.1)).toThrow(RangeError);
    expect(() => rootKey(Number.NaN)).toThrow(RangeError);
    expect(() => rootKey(2 ** 53)).toThrow(RangeError);
  });

  it("gives distinct, uncorrelated streams for neighbouring steps and layers", () => {
    const root = rootKey(0);
    const seen = new Set<string>();
    for (let step = 0; step < 300; step++) {
      for (let layer = 0; layer < 30; layer++) {
        const key = fold(root, step, layer);
        seen.add(`${key.hi}:${key.lo}`);
      }
    }
    expect(seen.size).toBe(9000);
    const streams = [root, fold(root, 0), fold(root, 1), fold(root, "a"), fold(root, "b"), rootKey(1)].map((key) =>
      uniform(key, 50_000),
    );
    for (let i = 0; i < streams.length; i++) {
      for (let j = 0; j < i; j++)
        expect(Math.abs(correlation(streams[i]!, streams[j]!))).toBeLessThan(4.5 / Math.sqrt(50_000));
    }
  });

  it("spreads the first draw of successive children evenly", () => {
    const firsts = Float32Array.from({ length: 20_000 }, (_, i) => uniform(fold(rootKey(9), i), 1)[0]!);
    expect(kolmogorovSmirnov(firsts, (x) => x)).toBeLessThan(1.95 / Math.sqrt(20_000));
  });
});

describe("uniform", () => {
  it("is uniform on [0, 1) and free of serial correlation", () => {
    const values = uniform(rootKey(0), N);
    expect(values.every((x) => x >= 0 && x < 1)).toBe(true);
    expect(kolmogorovSmirnov(values, (x) => x)).toBeLessThan(1.95 / Math.sqrt(N));
    for (const lag of [1, 2, 3, 4, 32]) {
      expect(Math.abs(correlation(values.slice(lag), values.slice(0, -lag)))).toBeLessThan(4.5 / Math.sqrt(N));
    }
  });

  it("takes bounds", () => {
    const values = uniform(rootKey(4), N, -3, 5);
    expect(kolmogorovSmirnov(values, (x) => (x + 3) / 8)).toBeLessThan(1.95 / Math.sqrt(N));
  });
});

describe("normal", () => {
  it("has the moments and the distribution asked for", () => {
    const values = normal(rootKey(0), N);
    expect(Math.abs(mean(values))).toBeLessThan(4.5 / Math.sqrt(N));
    expect(Math.abs(mean(values, 2) - 1)).toBeLessThan(4.5 * Math.sqrt(2 / N));
    expect(Math.abs(mean(values, 3))).toBeLessThan(4.5 * Math.sqrt(15 / N));
    expect(Math.abs(mean(values, 4) - 3)).toBeLessThan(4.5 * Math.sqrt(96 / N));
    expect(kolmogorovSmirnov(values, normalCdf)).toBeLessThan(1.95 / Math.sqrt(N));
    expect(kolmogorovSmirnov(normal(rootKey(5), N, 2, 0.5), (x) => normalCdf((x - 2) / 0.5))).toBeLessThan(
      1.95 / Math.sqrt(N),
    );
  });

  it("gives odd counts and agrees on the common prefix", () => {
    const values = normal(rootKey(6), 7);
    expect(values.length).toBe(7);
    expect([...normal(rootKey(6), 8).subarray(0, 7)]).toEqual([...values]);
    expect(values.every(Number.isFinite)).toBe(true);
  });
});

describe("integers", () => {
  it("is uniform below the bound", () => {
    const counts = new Float64Array(7);
    for (const value of integers(rootKey(0), 70_000, 7)) counts[value]! += 1;
    const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chiSquare).toBeLessThan(22.5);
  });

  it("does not favour small results of a bound that divides 2^32 badly", () => {
    const bound = 3 * 2 ** 30;
    const small = integers(rootKey(1), 30_000, bound).reduce((sum, value) => sum + (value < 2 ** 30 ? 1 : 0), 0);
    expect(Math.abs(small / 30_000 - 1 / 3)).toBeLessThan(4.5 * Math.sqrt(2 / 9 / 30_000));
  });

  it("refuses bounds it cannot draw below", () => {
    for (const bound of [0, -1, 1.5, 2 ** 32 + 1]) expect(() => integers(rootKey(0), 1, bound)).toThrow(RangeError);
    expect([...integers(rootKey(0), 3, 1)]).toEqual([0, 0, 0]);
  });
});

describe("permutation", () => {
  it("holds every index once", () => {
    for (const n of [0, 1, 2, 10, 1000]) {
      expect([...permutation(rootKey(n), n)].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
    }
  });

  it("meets all 24 orders of four equally often", () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const order = permutation(fold(rootKey(2), i), 4).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(chiSquare).toBeLessThan(49.7);
  });
});
