// Convolutions of 3 x 3 with stride 1 by Winograd's F(2 x 2, 3 x 3): 16 products where there were 36. A tile of 2 x 2 outputs
// sees 4 x 4 inputs d; with filter g it is A^T [(G g G^T) * (B^T d B)] A (Lavin and Gray 2016, section 4.1). The products of all
// tiles and channels are 16 matrix products. The gradient of the filter is the transpose of these maps.

import { columnsByGradient, rowsByFilter } from "./products";

/** Transforms a packed filter [outer / 8, 3, 3, inner, 8] to [16, outer / 8, inner, 8]. */
export function transformFilter(outer: i32, inner: i32, packed: usize, u: usize): void {
  const tap = <usize>inner << 5;
  const point = <usize>(outer >> 3) * tap;
  const half = f32x4.splat(0.5);
  for (let o = 0; o < outer; o += 8, packed += 8 * tap) {
    for (let i = 0; i < inner; ++i) {
      for (let lane = 0; lane < 2; ++lane, packed += 16, u += 16) {
        let to = u;
        for (let row = 0; row < 4; ++row) {
          const g0 = filterRow(packed, tap, row, half);
          const g1 = filterRow(packed + tap, tap, row, half);
          const g2 = filterRow(packed + 2 * tap, tap, row, half);
          const sum = f32x4.mul(f32x4.add(g0, g2), half), middle = f32x4.mul(g1, half);
          v128.store(to, g0);
          v128.store(to + point, f32x4.add(sum, middle));
          v128.store(to + 2 * point, f32x4.sub(sum, middle));
          v128.store(to + 3 * point, g2);
          to += 4 * point;
        }
      }
    }
  }
}

/** Row of G g: of three taps 3 apart, their first, half their sum, half their alternating sum, or the last. */
// @ts-expect-error: decorator
@inline
function filterRow(packed: usize, tap: usize, row: i32, half: v128): v128 {
  if (row == 0) return v128.load(packed);
  if (row == 3) return v128.load(packed + 6 * tap);
  const sum = f32x4.mul(f32x4.add(v128.load(packed), v128.load(packed + 6 * tap)), half);
  const middle = f32x4.mul(v128.load(packed + 3 * tap), half);
  return row == 1 ? f32x4.add(sum, middle) : f32x4.sub(sum, middle);
}

/** Writes B^T d B of the 4 x 4 pixels at `d` to 16 places `point` bytes apart. */
function transformInput(channels: i32, d: usize, row: usize, v: usize, point: usize): void {
  const pixel = <usize>channels << 2;
  for (let c = 0; c < channels; c += 4, d += 16, v += 16) {
    inputColumn(d, d + 2 * pixel, row, v, point, false);
    inputColumn(d + pixel, d + 2 * pixel, row, v + point, point, true);
    inputColumn(d + 2 * pixel, d + pixel, row, v + 2 * point, point, false);
    inputColumn(d + pixel, d + 3 * pixel, row, v + 3 * point, point, false);
  }
}

/** Writes B^T of the sum or difference of two columns of d. */
// @ts-expect-error: decorator
@inline
function inputColumn(first: usize, second: usize, row: usize, v: usize, point: usize, sum: bool): void {
  const r0 = joined(v128.load(first), v128.load(second), sum);
  const r1 = joined(v128.load(first + row), v128.load(second + row), sum);
  const r2 = joined(v128.load(first + 2 * row), v128.load(second + 2 * row), sum);
  const r3 = joined(v128.load(first + 3 * row), v128.load(second + 3 * row), sum);
  v128.store(v, f32x4.sub(r0, r2));
  v128.store(v + 4 * point, f32x4.add(r1, r2));
  v128.store(v + 8 * point, f32x4.sub(r2, r1));
  v128.store(v + 12 * point, f32x4.sub(r1, r3));
}

// @ts-expect-error: decorator
@inline
function joined(a: v128, b: v128, sum: bool): v128 {
  return sum ? f32x4.add(a, b) : f32x4.sub(a, b);
}

/** Writes A^T m A, of it those rows and columns that are in the image. */
function transformOutput(channels: i32, m: usize, point: usize, y: usize, row: usize, rows: i32, columns: i32): void {
  const pixel = <usize>channels << 2;
  for (let c = 0; c < channels; c += 4, m += 16, y += 16) {
    outputRow(
      upper(m, point), upper(m + point, point), upper(m + 2 * point, point), upper(m + 3 * point, point), y, pixel, columns,
    );
    if (rows > 1)
      outputRow(
        lower(m, point), lower(m + point, point), lower(m + 2 * point, point), lower(m + 3 * point, point), y + row, pixel, columns,
      );
  }
}

// @ts-expect-error: decorator
@inline
function upper(m: usize, point: usize): v128 {
  return f32x4.add(f32x4.add(v128.load(m), v128.load(m + 4 * point)), v128.load(m + 8 * point));
}

// @ts-expect-error: decorator
@inline
function lower(m: usize, point: usize): v128 {
  return f32x4.sub(f32x4.sub(v128.load(m + 4 * point), v128.load(m + 8 * point)), v128.load(m + 12 * point));
}

// @ts-expect-error: decorator
@inline
function outputRow(s0: v128, s1: v128, s2: v128, s3: v128, y: usize, pixel: usize, columns: i32): void {
  v128.store(y, f32x4.add(f32x4.add(s0, s1), s2));
  if (columns > 1) v128.store(y + pixel, f32x4.sub(f32x4.sub(s1, s2), s3));
}

/** Writes A g A^T of the 2 x 2 pixels at `g`, zero where they are not in the image: the transpose of transformOutput. */
function transformGradient(channels: i32, g: usize, row: usize, rows: i32, columns: i32, v: usize, point: usize): void {
  const pixel = <usize>channels << 2;
  const zero = f32x4.splat(0);
  for (let c = 0; c < channels; c += 4, g += 16, v += 16) {
    const g00 = v128.load(g);
    const g01 = columns > 1 ? v128.load(g + pixel) : zero;
    const g10 = rows > 1 ? v128.load(g + row) : zero;
    const g11 = rows > 1 && columns > 1 ? v128.load(g + row + pixel) : zero;
    gradientRow(v, point, g00, g01);
    gradientRow(v + 4 * point, point, f32x4.add(g00, g10), f32x4.add(g01, g11));
    gradientRow(v + 8 * point, point, f32x4.sub(g00, g10), f32x4.sub(g01, g11));
    gradientRow(v + 12 * point, point, f32x4.neg(g10), f32x4.neg(g11));
  }
}

// @ts-expect-error: decorator
@inline
function gradientRow(v: usize, point: usize, left: v128, right: v128): void {
  v128.store(v, left);
  v128.store(v + point, f32x4.add(left, right));
  v128.store(v + 2 * point, f32x4.sub(left, right));
  v128.store(v + 3 * point, f32x4.neg(right));
}

/** Bytes between the 16 matrices, so that their rows of one tile do not meet in one set of the cache. */
const GAP: usize = 64;

let paddedImage: i32 = -1;

/** Copies an image into the middle of zeros, where it is not there yet. */
function pad(n: i32, height: i32, width: i32, channels: i32, x: usize, padded: usize, row: usize): void {
  if (n == paddedImage) return;
  paddedImage = n;
  const inner = <usize>(width * channels) << 2;
  let from = x + <usize>(n * height) * inner;
  let to = padded + row + (<usize>channels << 2);
  for (let i = 0; i < height; ++i, from += inner, to += row) memory.copy(to, from, inner);
}

/** Transforms the inputs of `count` tiles from the tile `first` of all images on. */
function transformInputs(
  first: i32, count: i32, height: i32, width: i32, channels: i32, x: usize, padded: usize, v: usize, point: usize,
): void {
  const across = (width + 1) >> 1, perImage = across * ((height + 1) >> 1);
  const row = <usize>((2 * across + 2) * channels) << 2, pixel = <usize>channels << 2;
  for (let t = 0; t < count; ++t, v += pixel) {
    const n = (first + t) / perImage, at = (first + t) % perImage;
    pad(n, height, width, channels, x, padded, row);
    const d = padded + <usize>(2 * (at / across)) * row + <usize>(2 * (at % across)) * pixel;
    transformInput(channels, d, row, v, point);
  }
}

/**
 * Convolves [images, height, width, cin] with a transformed filter. `padded` is a zeroed image of two more rows and columns than
 * its tiles have, `v` and `m` are memory for 16 x `block` x cin and cout values.
 */
export function convolveTiles(
  images: i32, height: i32, width: i32, cin: i32, cout: i32,
  x: usize, u: usize, y: usize, padded: usize, v: usize, m: usize, block: i32,
): void {
  const across = (width + 1) >> 1, perImage = across * ((height + 1) >> 1);
  const tiles = images * perImage;
  const rowY = <usize>(width * cout) << 2;
  const pixelX = <usize>cin << 2, pixelY = <usize>cout << 2;
  const pointV = <usize>block * pixelX + GAP, pointM = <usize>block * pixelY + GAP;
  const column = <usize>cin << 5;
  paddedImage = -1;
  for (let t0 = 0; t0 < tiles; t0 += block) {
    const count = min(block, tiles - t0);
    transformInputs(t0, count, height, width, cin, x, padded, v, pointV);
    let w = u;
    for (let k: usize = 0; k < 16; ++k) {
      for (let co: usize = 0; co < pixelY; co += 32, w += column) {
        const to = m + k * pointM + co;
        const from = v + k * pointV;
        for (let q = 0; q < count; q += 4) {
          const q1 = <usize>min(q + 1, count - 1), q2 = <usize>min(q + 2, count - 1), q3 = <usize>min(q + 3, count - 1);
          rowsByFilter(
            1, cin, 0, w,
            from + <usize>q * pixelX, from + q1 * pixelX, from + q2 * pixelX, from + q3 * pixelX,
            to + <usize>q * pixelY, to + q1 * pixelY, to + q2 * pixelY, to + q3 * pixelY,
          );
        }
      }
    }
    for (let t = 0; t < count; ++t) {
      const n = (t0 + t) / perImage, at = (t0 + t) % perImage;
      const i = 2 * (at / across), j = 2 * (at % across);
      const to = y + <usize>(n * height + i) * rowY + <usize>j * pixelY;
      transformOutput(cout, m + <usize>t * pixelY, pointM, to, rowY, height - i, width - j);
    }
  }
}

/** Adds to `u`, [16, cin, cout], the gradient of the transformed filter; memory as in convolveTiles. */
export function gradientOfTiles(
  images: i32, height: i32, width: i32, cin: i32, cout: i32,
  x: usize, dy: usize, u: usize, padded: usize, v: usize, m: usize, block: i32,
): void {
  const across = (width + 1) >> 1, perImage = across * ((height + 1) >> 1);
  const tiles = images * perImage;
  const rowY = <usize>(width * cout) << 2;
  const pixelX = <usize>cin << 2, pixelY = <usize>cout << 2;
  const pointV = <usize>block * pixelX + GAP, pointM = <usize>block * pixelY + GAP;
  paddedImage = -1;
  for (let t0 = 0; t0 < tiles; t0 += block) {
    const count = min(block, tiles - t0);
    transformInputs(t0, count, height, width, cin, x, padded, v, pointV);
    for (let t = 0; t < count; ++t) {
      const n = (t0 + t) / perImage, at = (t0 + t) % perImage;
      const i = 2 * (at / across), j = 2 * (at % across);
      const g = dy + <usize>(n * height + i) * rowY + <usize>j * pixelY;
      transformGradient(cout, g, rowY, height - i, width - j, m + <usize>t * pixelY, pointM);
    }
    for (let k: usize = 0; k < 16; ++k) {
      for (let ci: usize = 0; ci < pixelX; ci += 16) {
        const to = u + (k * <usize>cin + (ci >> 2)) * pixelY;
        for (let co: usize = 0; co < pixelY; co += 32)
          columnsByGradient(1, count, v + k * pointV + ci, 0, pixelX, m + k * pointM + co, pixelY, to + co);
      }
    }
  }
}

/** Writes dw = G^T u G, [3, 3, cin, cout], of u, [16, cin, cout]. */
export function filterOfTiles(cin: i32, cout: i32, u: usize, dw: usize): void {
  const point = <usize>(cin * cout) << 2;
  const half = f32x4.splat(0.5);
  for (let c = 0; c < cin * cout; c += 4, u += 16, dw += 16) {
    for (let i: usize = 0; i < 3; ++i) {
      const r0 = tapOf(u, point, i, half);
      const r1 = tapOf(u + point, point, i, half);
      const r2 = tapOf(u + 2 * point, point, i, half);
      const r3 = tapOf(u + 3 * point, point, i, half);
      const sum = f32x4.mul(f32x4.add(r1, r2), half);
      const to = dw + 3 * i * point;
      v128.store(to, f32x4.add(r0, sum));
      v128.store(to + point, f32x4.mul(f32x4.sub(r1, r2), half));
      v128.store(to + 2 * point, f32x4.add(sum, r3));
    }
  }
}

/** Row i of G^T u, at one column. */
// @ts-expect-error: decorator
@inline
function tapOf(u: usize, point: usize, i: usize, half: v128): v128 {
  const u1 = v128.load(u + 4 * point), u2 = v128.load(u + 8 * point);
  if (i == 1) return f32x4.mul(f32x4.sub(u1, u2), half);
  return f32x4.add(v128.load(i == 0 ? u : u + 12 * point), f32x4.mul(f32x4.add(u1, u2), half));
}
