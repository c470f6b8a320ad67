// Sums of a parameter's gradient and change, in float64: src/core/change-sums.ts, in the same order. Each sum has four partial
// ones, in two vectors.

/** Adds up the sums of `n` elements; `sums` holds five float64 values. */
export function changeSums(n: i32, gradient: usize, before: usize, after: usize, initial: usize, sums: usize): void {
  const zero = f64x2.splat(0);
  let g0 = zero, g1 = zero, p0 = zero, p1 = zero, u0 = zero, u1 = zero, d0 = zero, d1 = zero, w0 = zero, w1 = zero;
  for (let i: i32 = 0; i < n; i += 4) {
    const at = <usize>i << 2;
    const count = n - i;
    const g = part(gradient + at, count), old = part(before + at, count);
    const now = part(after + at, count), first = part(initial + at, count);
    const gl = lower(g), gh = upper(g), ol = lower(old), oh = upper(old), nl = lower(now), nh = upper(now);
    const tl = f64x2.sub(nl, ol), th = f64x2.sub(nh, oh);
    const al = f64x2.sub(ol, lower(first)), ah = f64x2.sub(oh, upper(first));
    g0 = f64x2.add(g0, f64x2.mul(gl, gl));
    g1 = f64x2.add(g1, f64x2.mul(gh, gh));
    p0 = f64x2.add(p0, f64x2.mul(ol, ol));
    p1 = f64x2.add(p1, f64x2.mul(oh, oh));
    u0 = f64x2.add(u0, f64x2.mul(tl, tl));
    u1 = f64x2.add(u1, f64x2.mul(th, th));
    d0 = f64x2.add(d0, f64x2.mul(al, al));
    d1 = f64x2.add(d1, f64x2.mul(ah, ah));
    w0 = f64x2.add(w0, f64x2.mul(tl, f64x2.add(nl, ol)));
    w1 = f64x2.add(w1, f64x2.mul(th, f64x2.add(nh, oh)));
  }
  store<f64>(sums, total(g0, g1));
  store<f64>(sums, total(p0, p1), 8);
  store<f64>(sums, total(u0, u1), 16);
  store<f64>(sums, total(d0, d1), 24);
  store<f64>(sums, total(w0, w1), 32);
}

// @ts-expect-error: decorator
@inline
function lower(v: v128): v128 {
  return f64x2.promote_low_f32x4(v);
}

// @ts-expect-error: decorator
@inline
function upper(v: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i32>(v, v, 2, 3, 2, 3));
}

// @ts-expect-error: decorator
@inline
function total(a: v128, b: v128): f64 {
  return (
    f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1) + (f64x2.extract_lane(b, 0) + f64x2.extract_lane(b, 1))
  );
}

/** Four elements, or `count` of them and zeros. */
// @ts-expect-error: decorator
@inline
function part(at: usize, count: i32): v128 {
  return count >= 4 ? v128.load(at) : rest(at, count);
}

function rest(at: usize, count: i32): v128 {
  let v = f32x4.replace_lane(f32x4.splat(0), 0, load<f32>(at));
  if (count > 1) v = f32x4.replace_lane(v, 1, load<f32>(at, 4));
  if (count > 2) v = f32x4.replace_lane(v, 2, load<f32>(at, 8));
  return v;
}
