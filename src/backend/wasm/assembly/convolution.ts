// Convolutions with stride 1 and zero padding that keeps the size, and the gradient with respect to the filter. In a
// zero-padded NHWC image the kw * cin values that a filter row meets are contiguous, so each filter row is a product
// [pixels, kw * cin] x [kw * cin, cout], and its gradient one of [kw * cin, pixels] x [pixels, cout].

import { accumulate, columnsByGradient, multiplyAdd, rowsByFilter } from "./products";

/**
 * Packs a filter [taps, cin, cout] to [cout / 8, taps, cin, 8], or for the gradient of the input to [cin / 8, taps, cout, 8],
 * its taps from the last to the first; zeros fill the last block of eight.
 */
export function packFilter(taps: i32, cin: i32, cout: i32, turned: bool, filter: usize, packed: usize): void {
  const outer = turned ? cin : cout, inner = turned ? cout : cin;
  const stepOuter: usize = turned ? <usize>cout << 2 : 4;
  const stepInner: usize = turned ? 4 : <usize>cout << 2;
  const tap = <usize>(cin * cout) << 2;
  for (let o = 0; o < outer; o += 8) {
    const lanes = <usize>min(8, outer - o);
    for (let t = 0; t < taps; ++t) {
      let from = filter + <usize>(turned ? taps - 1 - t : t) * tap + <usize>o * stepOuter;
      for (let i = 0; i < inner; ++i, from += stepInner, packed += 32)
        for (let k: usize = 0; k < 8; ++k) store<f32>(packed + (k << 2), k < lanes ? load<f32>(from + k * stepOuter) : 0);
    }
  }
}

/**
 * y[n, i, j, co] = Σ x[n, i + ky - kh/2, j + kx - kw/2, ci] w[ky, kx, ci, co], of a packed filter. `padded` is zeroed memory
 * for `group` padded images and four rows of eight values behind them.
 */
export function convolve(
  images: i32, height: i32, width: i32, cin: i32, cout: i32, kh: i32, kw: i32,
  x: usize, packed: usize, y: usize, padded: usize, group: i32,
): void {
  const row = <usize>((width + kw - 1) * cin) << 2;
  const image = <usize>(height + kh - 1) * row;
  const taps = kw * cin;
  const stepX = <usize>cin << 2, stepY = <usize>cout << 2;
  const spill = padded + <usize>group * image;
  const block = <usize>(kh * taps) << 5;
  for (let n = 0; n < images; n += group) {
    const count = min(group, images - n);
    for (let g = 0; g < count; ++g) x = pad(height, width, cin, kh, kw, x, padded + <usize>g * image);
    let w = packed;
    for (let co = 0; co < cout; co += 8, w += block) {
      const lanes = <usize>min(8, cout - co) << 2;
      for (let g = 0; g < count; ++g) {
        for (let i = 0; i < height; ++i) {
          const p = padded + <usize>g * image + <usize>i * row;
          const to = y + <usize>(((n + g) * height + i) * width) * stepY + (<usize>co << 2);
          for (let j = 0; j < width; j += 4) {
            const j1 = <usize>min(j + 1, width - 1), j2 = <usize>min(j + 2, width - 1), j3 = <usize>min(j + 3, width - 1);
            const p0 = p + <usize>j * stepX, p1 = p + j1 * stepX, p2 = p + j2 * stepX, p3 = p + j3 * stepX;
            const y0 = to + <usize>j * stepY, y1 = to + j1 * stepY, y2 = to + j2 * stepY, y3 = to + j3 * stepY;
            if (lanes == 32) rowsByFilter(kh, taps, row, w, p0, p1, p2, p3, y0, y1, y2, y3);
            else {
              rowsByFilter(kh, taps, row, w, p0, p1, p2, p3, spill, spill + 32, spill + 64, spill + 96);
              memory.copy(y0, spill, lanes);
              memory.copy(y1, spill + 32, lanes);
              memory.copy(y2, spill + 64, lanes);
              memory.copy(y3, spill + 96, lanes);
            }
          }
        }
      }
    }
  }
}

/** Copies an image into the middle of zeros; returns where the next one begins. */
function pad(height: i32, width: i32, channels: i32, kh: i32, kw: i32, x: usize, padded: usize): usize {
  const row = <usize>((width + kw - 1) * channels) << 2;
  const inner = <usize>(width * channels) << 2;
  let to = padded + <usize>(kh >> 1) * row + (<usize>((kw >> 1) * channels) << 2);
  for (let i = 0; i < height; ++i, x += inner, to += row) memory.copy(to, x, inner);
  return x;
}

/** dw[ky, kx, ci, co] = Σ over images and pixels of x[y + ky - kh/2, x + kx - kw/2, ci] dy[y, x, co]; dw starts at zero. */
export function filterGradient(
  images: i32, height: i32, width: i32, cin: i32, cout: i32, kh: i32, kw: i32,
  x: usize, dy: usize, dw: usize, padded: usize,
): void {
  const row = <usize>((width + kw - 1) * cin) << 2;
  const taps = kw * cin;
  const image = <usize>(height * width * cout) << 2;
  const stepX = <usize>cin << 2, stepY = <usize>cout << 2;
  for (let n = 0; n < images; ++n, dy += image) {
    x = pad(height, width, cin, kh, kw, x, padded);
    for (let ky = 0; ky < kh; ++ky) {
      const base = padded + <usize>ky * row;
      const out = dw + (<usize>(ky * taps * cout) << 2);
      let k = 0;
      for (; k + 4 <= taps; k += 4) {
        const from = base + (<usize>k << 2);
        const to = out + (<usize>(k * cout) << 2);
        let co = 0;
        for (; co + 8 <= cout; co += 8) columnsByGradient(height, width, from, row, stepX, dy + (<usize>co << 2), stepY, to + (<usize>co << 2));
        for (; co < cout; ++co)
          for (let i = 0; i < 4; ++i)
            single(height, width, cin, cout, from + (<usize>i << 2), row, dy + (<usize>co << 2), to + (<usize>(i * cout + co) << 2));
      }
      for (; k < taps; ++k) {
        const from = base + (<usize>k << 2);
        const to = out + (<usize>(k * cout) << 2);
        let co = 0;
        for (; co + 8 <= cout; co += 8) block1x8(height, width, cin, cout, from, row, dy + (<usize>co << 2), to + (<usize>co << 2));
        for (; co < cout; ++co) single(height, width, cin, cout, from, row, dy + (<usize>co << 2), to + (<usize>co << 2));
      }
    }
  }
}

function block1x8(height: i32, width: i32, cin: i32, cout: i32, x: usize, row: usize, dy: usize, dw: usize): void {
  let a0 = f32x4.splat(0), a1 = a0;
  for (let y = 0; y < height; ++y) {
    let p = x + <usize>y * row;
    for (let i = 0; i < width; ++i, p += <usize>cin << 2, dy += <usize>cout << 2) {
      const x0 = v128.load32_splat(p);
      a0 = multiplyAdd(x0, v128.load(dy), a0);
      a1 = multiplyAdd(x0, v128.load(dy, 16), a1);
    }
  }
  accumulate(dw, 0, a0);
  accumulate(dw, 16, a1);
}

function single(height: i32, width: i32, cin: i32, cout: i32, x: usize, row: usize, dy: usize, dw: usize): void {
  let a: f32 = 0;
  for (let y = 0; y < height; ++y) {
    let p = x + <usize>y * row;
    for (let i = 0; i < width; ++i, p += <usize>cin << 2, dy += <usize>cout << 2) a += load<f32>(p) * load<f32>(dy);
  }
  store<f32>(dw, load<f32>(dw) + a);
}
