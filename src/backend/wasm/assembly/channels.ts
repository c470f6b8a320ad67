// Reductions and maps over the rows of a [rows, channels] matrix, four channels per vector. Sums are carried in float32
// for at most 64 rows, then in float64, so that the statistics of a long batch keep their digits.

const RUN: i32 = 64;

// @ts-expect-error: decorator
@inline
function flush(sum: usize, c: i32, v: v128): void {
  const at = sum + (<usize>c << 3);
  v128.store(at, f64x2.add(v128.load(at), f64x2.promote_low_f32x4(v)));
  const upper = f64x2.promote_low_f32x4(v128.shuffle<i32>(v, v, 2, 3, 2, 3));
  v128.store(at, f64x2.add(v128.load(at, 16), upper), 16);
}

// @ts-expect-error: decorator
@inline
function add64(sum: usize, c: i32, v: f64): void {
  const at = sum + (<usize>c << 3);
  store<f64>(at, load<f64>(at) + v);
}

/** sum[c] += Σ_r x[r, c]; `sum` is float64. */
export function sumRows(rows: i32, channels: i32, x: usize, sum: usize): void {
  const stride = <usize>channels << 2;
  for (let r0: i32 = 0; r0 < rows; r0 += RUN) {
    const n = min(RUN, rows - r0);
    const block = x + <usize>r0 * stride;
    let c: i32 = 0;
    for (; c + 16 <= channels; c += 16) {
      let p = block + (<usize>c << 2);
      let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0;
      for (let r = 0; r < n; ++r, p += stride) {
        a0 = f32x4.add(a0, v128.load(p));
        a1 = f32x4.add(a1, v128.load(p, 16));
        a2 = f32x4.add(a2, v128.load(p, 32));
        a3 = f32x4.add(a3, v128.load(p, 48));
      }
      flush(sum, c, a0);
      flush(sum, c + 4, a1);
      flush(sum, c + 8, a2);
      flush(sum, c + 12, a3);
    }
    for (; c + 4 <= channels; c += 4) {
      let p = block + (<usize>c << 2);
      let a = f32x4.splat(0);
      for (let r = 0; r < n; ++r, p += stride) a = f32x4.add(a, v128.load(p));
      flush(sum, c, a);
    }
    for (; c < channels; ++c) {
      let p = block + (<usize>c << 2);
      let a: f64 = 0;
      for (let r = 0; r < n; ++r, p += stride) a += load<f32>(p);
      add64(sum, c, a);
    }
  }
}

/** sum[c] += Σ_r (x[r, c] - center[c])²; `sum` is float64. */
export function sumSquares(rows: i32, channels: i32, x: usize, center: usize, sum: usize): void {
  const stride = <usize>channels << 2;
  for (let r0: i32 = 0; r0 < rows; r0 += RUN) {
    const n = min(RUN, rows - r0);
    const block = x + <usize>r0 * stride;
    let c: i32 = 0;
    for (; c + 8 <= channels; c += 8) {
      let p = block + (<usize>c << 2);
      const m0 = v128.load(center + (<usize>c << 2));
      const m1 = v128.load(center + (<usize>c << 2), 16);
      let a0 = f32x4.splat(0), a1 = a0;
      for (let r = 0; r < n; ++r, p += stride) {
        const d0 = f32x4.sub(v128.load(p), m0);
        const d1 = f32x4.sub(v128.load(p, 16), m1);
        a0 = f32x4.add(a0, f32x4.mul(d0, d0));
        a1 = f32x4.add(a1, f32x4.mul(d1, d1));
      }
      flush(sum, c, a0);
      flush(sum, c + 4, a1);
    }
    for (; c < channels; ++c) {
      let p = block + (<usize>c << 2);
      const m = load<f32>(center + (<usize>c << 2));
      let a: f64 = 0;
      for (let r = 0; r < n; ++r, p += stride) {
        const d = <f64>(load<f32>(p) - m);
        a += d * d;
      }
      add64(sum, c, a);
    }
  }
}

/** sum[c] += Σ_r dy[r, c]; dot[c] += Σ_r dy[r, c] (x[r, c] - center[c]); both float64. */
export function sumProducts(
  rows: i32, channels: i32, dy: usize, x: usize, center: usize, sum: usize, dot: usize,
): void {
  const stride = <usize>channels << 2;
  for (let r0: i32 = 0; r0 < rows; r0 += RUN) {
    const n = min(RUN, rows - r0);
    const offset = <usize>r0 * stride;
    let c: i32 = 0;
    for (; c + 8 <= channels; c += 8) {
      let p = x + offset + (<usize>c << 2);
      let q = dy + offset + (<usize>c << 2);
      const m0 = v128.load(center + (<usize>c << 2));
      const m1 = v128.load(center + (<usize>c << 2), 16);
      let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0;
      for (let r = 0; r < n; ++r, p += stride, q += stride) {
        const g0 = v128.load(q);
        const g1 = v128.load(q, 16);
        a0 = f32x4.add(a0, g0);
        a1 = f32x4.add(a1, g1);
        b0 = f32x4.add(b0, f32x4.mul(g0, f32x4.sub(v128.load(p), m0)));
        b1 = f32x4.add(b1, f32x4.mul(g1, f32x4.sub(v128.load(p, 16), m1)));
      }
      flush(sum, c, a0);
      flush(sum, c + 4, a1);
      flush(dot, c, b0);
      flush(dot, c + 4, b1);
    }
    for (; c < channels; ++c) {
      let p = x + offset + (<usize>c << 2);
      let q = dy + offset + (<usize>c << 2);
      const m = load<f32>(center + (<usize>c << 2));
      let a: f64 = 0, b: f64 = 0;
      for (let r = 0; r < n; ++r, p += stride, q += stride) {
        const g = <f64>load<f32>(q);
        a += g;
        b += g * <f64>(load<f32>(p) - m);
      }
      add64(sum, c, a);
      add64(dot, c, b);
    }
  }
}

/** y[r, c] = (x[r, c] - center[c]) * factor[c] + offset[c]. */
export function affine(
  rows: i32, channels: i32, x: usize, center: usize, factor: usize, offset: usize, y: usize,
): void {
  const stride = <usize>channels << 2;
  const vectors = channels & ~3;
  for (let r: i32 = 0; r < rows; ++r, x += stride, y += stride) {
    let c: i32 = 0;
    for (; c < vectors; c += 4) {
      const o = <usize>c << 2;
      const d = f32x4.sub(v128.load(x + o), v128.load(center + o));
      v128.store(y + o, f32x4.add(f32x4.mul(d, v128.load(factor + o)), v128.load(offset + o)));
    }
    for (; c < channels; ++c) {
      const o = <usize>c << 2;
      store<f32>(y + o, (load<f32>(x + o) - load<f32>(center + o)) * load<f32>(factor + o) + load<f32>(offset + o));
    }
  }
}

/** dx[r, c] = a[c] * dy[r, c] + b[c] * (x[r, c] - center[c]) + d[c]. */
export function affineGradient(
  rows: i32, channels: i32, dy: usize, x: usize, center: usize, a: usize, b: usize, d: usize, dx: usize,
): void {
  const stride = <usize>channels << 2;
  const vectors = channels & ~3;
  for (let r: i32 = 0; r < rows; ++r, x += stride, dy += stride, dx += stride) {
    let c: i32 = 0;
    for (; c < vectors; c += 4) {
      const o = <usize>c << 2;
      const u = f32x4.mul(v128.load(a + o), v128.load(dy + o));
      const v = f32x4.mul(v128.load(b + o), f32x4.sub(v128.load(x + o), v128.load(center + o)));
      v128.store(dx + o, f32x4.add(f32x4.add(u, v), v128.load(d + o)));
    }
    for (; c < channels; ++c) {
      const o = <usize>c << 2;
      const u = load<f32>(a + o) * load<f32>(dy + o);
      const v = load<f32>(b + o) * (load<f32>(x + o) - load<f32>(center + o));
      store<f32>(dx + o, u + v + load<f32>(d + o));
    }
  }
}

/** dx = y > 0 ? dy : 0 over n values. */
export function reluGradient(n: i32, dy: usize, y: usize, dx: usize): void {
  const end = y + (<usize>n << 2);
  const vectors = y + (<usize>(n & ~3) << 2);
  const zero = f32x4.splat(0);
  for (; y < vectors; y += 16, dy += 16, dx += 16) {
    v128.store(dx, v128.and(v128.load(dy), f32x4.gt(v128.load(y), zero)));
  }
  for (; y < end; y += 4, dy += 4, dx += 4) {
    store<f32>(dx, load<f32>(y) > 0 ? load<f32>(dy) : 0);
  }
}

/** out = a * x + b * y over n values. */
export function combination(n: i32, x: usize, a: f32, y: usize, b: f32, out: usize): void {
  const end = out + (<usize>n << 2);
  const vectors = out + (<usize>(n & ~3) << 2);
  const va = f32x4.splat(a), vb = f32x4.splat(b);
  for (; out < vectors; out += 16, x += 16, y += 16)
    v128.store(out, f32x4.add(f32x4.mul(va, v128.load(x)), f32x4.mul(vb, v128.load(y))));
  for (; out < end; out += 4, x += 4, y += 4) store<f32>(out, a * load<f32>(x) + b * load<f32>(y));
}

/** y[r, c] = x[r, c] + bias[c]. */
export function addBias(rows: i32, channels: i32, x: usize, bias: usize, y: usize): void {
  const stride = <usize>channels << 2;
  const vectors = channels & ~3;
  for (let r: i32 = 0; r < rows; ++r, x += stride, y += stride) {
    let c: i32 = 0;
    for (; c < vectors; c += 4) {
      const o = <usize>c << 2;
      v128.store(y + o, f32x4.add(v128.load(x + o), v128.load(bias + o)));
    }
    for (; c < channels; ++c) {
      const o = <usize>c << 2;
      store<f32>(y + o, load<f32>(x + o) + load<f32>(bias + o));
    }
  }
}
