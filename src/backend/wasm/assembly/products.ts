// Register blocks that the convolutions are made of: 4 x 8 sums of products at a time.

/** Computes a * b + c, rounded once where the engine has relaxed SIMD and twice where it has not. */
// @ts-expect-error: decorator
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
}

/**
 * Writes y[i, c] = Σ_r Σ_k p_i[r, k] w[r, k, c] for four rows i and eight channels c, over `runs` runs of `length` values; runs
 * of p are `stride` bytes apart, those of w follow each other.
 */
export function rowsByFilter(
  runs: i32, length: i32, stride: usize, w: usize,
  p0: usize, p1: usize, p2: usize, p3: usize, y0: usize, y1: usize, y2: usize, y3: usize,
): void {
  let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
  const back = stride - (<usize>length << 2);
  for (let r = 0; r < runs; ++r) {
    for (let k = 0; k < length; ++k) {
      const w0 = v128.load(w), w1 = v128.load(w, 16);
      const xa = v128.load32_splat(p0);
      a0 = multiplyAdd(xa, w0, a0);
      a1 = multiplyAdd(xa, w1, a1);
      const xb = v128.load32_splat(p1);
      b0 = multiplyAdd(xb, w0, b0);
      b1 = multiplyAdd(xb, w1, b1);
      const xc = v128.load32_splat(p2);
      c0 = multiplyAdd(xc, w0, c0);
      c1 = multiplyAdd(xc, w1, c1);
      const xd = v128.load32_splat(p3);
      d0 = multiplyAdd(xd, w0, d0);
      d1 = multiplyAdd(xd, w1, d1);
      w += 32;
      p0 += 4; p1 += 4; p2 += 4; p3 += 4;
    }
    p0 += back; p1 += back; p2 += back; p3 += back;
  }
  v128.store(y0, a0);
  v128.store(y0, a1, 16);
  v128.store(y1, b0);
  v128.store(y1, b1, 16);
  v128.store(y2, c0);
  v128.store(y2, c1, 16);
  v128.store(y3, d0);
  v128.store(y3, d1, 16);
}

// @ts-expect-error: decorator
@inline
export function accumulate(p: usize, offset: usize, v: v128): void {
  v128.store(p + offset, f32x4.add(v128.load(p + offset), v));
}

/**
 * Adds to w[i, c] the Σ over pixels of x[pixel, i] g[pixel, c], for four i and eight c; `rowX` bytes lie between rows of x, pixels
 * of g follow each other, and rows of w are as far apart as pixels of g.
 */
export function columnsByGradient(
  rows: i32, length: i32, x: usize, rowX: usize, stepX: usize, g: usize, stepG: usize, w: usize,
): void {
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
  for (let r = 0; r < rows; ++r) {
    let p = x + <usize>r * rowX;
    for (let i = 0; i < length; ++i, p += stepX, g += stepG) {
      const g0 = v128.load(g);
      const g1 = v128.load(g, 16);
      const x0 = v128.load32_splat(p);
      a0 = multiplyAdd(x0, g0, a0);
      a1 = multiplyAdd(x0, g1, a1);
      const x1 = v128.load32_splat(p, 4);
      a2 = multiplyAdd(x1, g0, a2);
      a3 = multiplyAdd(x1, g1, a3);
      const x2 = v128.load32_splat(p, 8);
      a4 = multiplyAdd(x2, g0, a4);
      a5 = multiplyAdd(x2, g1, a5);
      const x3 = v128.load32_splat(p, 12);
      a6 = multiplyAdd(x3, g0, a6);
      a7 = multiplyAdd(x3, g1, a7);
    }
  }
  accumulate(w, 0, a0);
  accumulate(w, 16, a1);
  accumulate(w, stepG, a2);
  accumulate(w, stepG + 16, a3);
  accumulate(w, 2 * stepG, a4);
  accumulate(w, 2 * stepG + 16, a5);
  accumulate(w, 3 * stepG, a6);
  accumulate(w, 3 * stepG + 16, a7);
}

/** Computes a * b + c as the blocks do. */
export function multiplyAddOnce(a: f32, b: f32, c: f32): f32 {
  return f32x4.extract_lane(multiplyAdd(f32x4.splat(a), f32x4.splat(b), f32x4.splat(c)), 0);
}
