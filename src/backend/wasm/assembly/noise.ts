// Algorithm 1's noise, drawn and applied in one pass. Block b of Philox4x32-10 (counter [b, 0, 0, 0]) serves elements
// 2b and 2b + 1: words 0 and 1 become the two uniform shifts, words 2 and 3 the two normals (Box-Muller). Four blocks
// run side by side, one per lane, and two such groups alternate so that neither waits for its own products.
// src/core/noise.ts draws the same numbers in plain JavaScript.

const M0: u32 = 0xd2511f53;
const M1: u32 = 0xcd9e8d57;
const W0: u32 = 0x9e3779b9;
const W1: u32 = 0xbb67ae85;

// @ts-expect-error: decorator
@inline
function low(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 0, 2, 4, 6);
}

// @ts-expect-error: decorator
@inline
function high(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 1, 3, 5, 7);
}

/** Natural logarithm for x in (0, 1]; relative error below 2e-7. */
// @ts-expect-error: decorator
@inline
function log(x: v128): v128 {
  const one = f32x4.splat(1);
  let e = i32x4.sub(i32x4.shr_u(x, 23), i32x4.splat(126));
  let m = v128.or(v128.and(x, i32x4.splat(0x007fffff)), i32x4.splat(0x3f000000));
  const small = f32x4.lt(m, f32x4.splat(0.70710678));
  e = i32x4.add(e, small);
  m = f32x4.sub(f32x4.add(m, v128.and(m, small)), one);
  const z = f32x4.mul(m, m);
  let p = f32x4.splat(7.0376836292e-2);
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(-1.151461031e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(1.1676998740e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(-1.2420140846e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(1.4249322787e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(-1.6668057665e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(2.0000714765e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(-2.4999993993e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(3.3333331174e-1));
  p = f32x4.mul(f32x4.mul(p, m), z);
  const k = f32x4.convert_i32x4_s(e);
  p = f32x4.add(p, f32x4.mul(k, f32x4.splat(-2.12194440e-4)));
  p = f32x4.sub(p, f32x4.mul(z, f32x4.splat(0.5)));
  return f32x4.add(f32x4.add(m, p), f32x4.mul(k, f32x4.splat(0.693359375)));
}

// @ts-expect-error: decorator
@inline
function store8(at: usize, count: i32, x: usize, y: usize, s: usize, sa: v128, sb: v128, ma: v128, mb: v128): void {
  if (count >= 8) {
    v128.store(s + at, sa);
    v128.store(s + at, sb, 16);
    v128.store(y + at, f32x4.add(f32x4.mul(sa, v128.load(x + at)), ma));
    v128.store(y + at, f32x4.add(f32x4.mul(sb, v128.load(x + at, 16)), mb), 16);
  } else {
    for (let j = 0; j < count; ++j) {
      const scale: f32 = j < 4 ? pick(sa, j) : pick(sb, j - 4);
      const shift: f32 = j < 4 ? pick(ma, j) : pick(mb, j - 4);
      const p = at + (<usize>j << 2);
      store<f32>(s + p, scale);
      store<f32>(y + p, scale * load<f32>(x + p) + shift);
    }
  }
}

/** Turns four blocks into eight elements: the draws about `mu` and `sigma`, applied. */
// @ts-expect-error: decorator
@inline
function apply(
  c0: v128, c1: v128, c2: v128, c3: v128, at: usize, count: i32,
  x: usize, y: usize, s: usize, mu: usize, sigma: usize, rm: v128, rs: v128,
): void {
  const toUniform = f32x4.splat(1.0 / 16777216.0);
  const toSymmetric = f32x4.splat(1.0 / 8388608.0);
  const one = f32x4.splat(1);
  const shift0 = f32x4.mul(f32x4.sub(f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(c0, 8)), toSymmetric), one), rm);
  const shift1 = f32x4.mul(f32x4.sub(f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(c1, 8)), toSymmetric), one), rm);

  const u = f32x4.mul(f32x4.add(f32x4.convert_i32x4_s(i32x4.shr_u(c2, 8)), f32x4.splat(0.5)), toUniform);
  const radius = f32x4.mul(f32x4.sqrt(f32x4.mul(log(u), f32x4.splat(-2))), rs);
  const quadrant = i32x4.shr_u(i32x4.add(c3, i32x4.splat(0x20000000)), 30);
  const t = f32x4.mul(
    f32x4.convert_i32x4_s(i32x4.sub(c3, i32x4.shl(quadrant, 30))),
    f32x4.splat(1.5707963267948966 / 1073741824.0),
  );
  const q = f32x4.mul(t, t);
  let sin = f32x4.splat(2.7557319e-6);
  sin = f32x4.add(f32x4.mul(sin, q), f32x4.splat(-1.9841270e-4));
  sin = f32x4.add(f32x4.mul(sin, q), f32x4.splat(8.3333333e-3));
  sin = f32x4.add(f32x4.mul(sin, q), f32x4.splat(-1.6666667e-1));
  sin = f32x4.add(f32x4.mul(f32x4.mul(sin, q), t), t);
  let cos = f32x4.splat(2.4801587e-5);
  cos = f32x4.add(f32x4.mul(cos, q), f32x4.splat(-1.3888889e-3));
  cos = f32x4.add(f32x4.mul(cos, q), f32x4.splat(4.1666667e-2));
  cos = f32x4.add(f32x4.mul(cos, q), f32x4.splat(-0.5));
  cos = f32x4.add(f32x4.mul(cos, q), one);
  const odd = i32x4.shr_s(i32x4.shl(quadrant, 31), 31);
  const sinSign = i32x4.shl(i32x4.shr_u(quadrant, 1), 31);
  const cosSign = v128.xor(sinSign, i32x4.shl(quadrant, 31));
  const z0 = f32x4.mul(v128.xor(v128.bitselect(sin, cos, odd), cosSign), radius);
  const z1 = f32x4.mul(v128.xor(v128.bitselect(cos, sin, odd), sinSign), radius);
  store8(
    at, count, x, y, s,
    f32x4.add(v128.shuffle<f32>(z0, z1, 0, 4, 1, 5), v128.load(sigma)),
    f32x4.add(v128.shuffle<f32>(z0, z1, 2, 6, 3, 7), v128.load(sigma, 16)),
    f32x4.add(v128.shuffle<f32>(shift0, shift1, 0, 4, 1, 5), v128.load(mu)),
    f32x4.add(v128.shuffle<f32>(shift0, shift1, 2, 6, 3, 7), v128.load(mu, 16)),
  );
}

/**
 * y = s * x + m over n elements; s is kept for the gradient. `mu` and `sigma` hold the per-unit draws, tiled to `period`
 * values, a multiple of 16.
 */
export function noise(
  n: i32,
  x: usize,
  y: usize,
  s: usize,
  mu: usize,
  sigma: usize,
  period: i32,
  rMu: f32,
  rSigma: f32,
  hi: u32,
  lo: u32,
): void {
  const m0 = i32x4.splat(M0);
  const m1 = i32x4.splat(M1);
  const rm = f32x4.splat(rMu);
  const rs = f32x4.splat(rSigma);
  let unit: usize = 0;
  const end = <usize>period << 2;
  for (let i: i32 = 0; i < n; i += 16) {
    let a0 = i32x4.add(i32x4.splat(i >> 1), i32x4(0, 1, 2, 3));
    let b0 = i32x4.add(a0, i32x4.splat(4));
    let a1 = i32x4.splat(0), a2 = a1, a3 = a1, b1 = a1, b2 = a1, b3 = a1;
    let k0: u32 = hi;
    let k1: u32 = lo;
    for (let round = 0; round < 10; ++round) {
      const key0 = i32x4.splat(k0);
      const key1 = i32x4.splat(k1);
      const p = i64x2.extmul_low_i32x4_u(a0, m0);
      const q = i64x2.extmul_high_i32x4_u(a0, m0);
      const r = i64x2.extmul_low_i32x4_u(a2, m1);
      const t = i64x2.extmul_high_i32x4_u(a2, m1);
      const e = i64x2.extmul_low_i32x4_u(b0, m0);
      const f = i64x2.extmul_high_i32x4_u(b0, m0);
      const g = i64x2.extmul_low_i32x4_u(b2, m1);
      const h = i64x2.extmul_high_i32x4_u(b2, m1);
      a0 = v128.xor(high(r, t), v128.xor(a1, key0));
      a2 = v128.xor(high(p, q), v128.xor(a3, key1));
      a1 = low(r, t);
      a3 = low(p, q);
      b0 = v128.xor(high(g, h), v128.xor(b1, key0));
      b2 = v128.xor(high(e, f), v128.xor(b3, key1));
      b1 = low(g, h);
      b3 = low(e, f);
      k0 += W0;
      k1 += W1;
    }
    const at = <usize>i << 2;
    apply(a0, a1, a2, a3, at, n - i, x, y, s, mu + unit, sigma + unit, rm, rs);
    apply(b0, b1, b2, b3, at + 32, n - i - 8, x, y, s, mu + unit + 32, sigma + unit + 32, rm, rs);
    unit += 64;
    if (unit == end) unit = 0;
  }
}

function pick(v: v128, lane: i32): f32 {
  if (lane == 0) return f32x4.extract_lane(v, 0);
  if (lane == 1) return f32x4.extract_lane(v, 1);
  if (lane == 2) return f32x4.extract_lane(v, 2);
  return f32x4.extract_lane(v, 3);
}
