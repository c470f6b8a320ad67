// Gradient of a stride-1, same-padded convolution with respect to its filter. In a zero-padded NHWC image the kw * cin
// values that a filter row meets are contiguous, so each filter row is a product [kw * cin, pixels] x [pixels, cout],
// computed in register blocks of 4 x 8 over one image at a time.

// @ts-expect-error: decorator
@inline
function accumulate(p: usize, offset: usize, v: v128): void {
  v128.store(p + offset, f32x4.add(v128.load(p + offset), v));
}

/** dw[ky, kx, ci, co] = Σ over images and pixels of x[y + ky - kh/2, x + kx - kw/2, ci] dy[y, x, co]; dw starts at zero. */
export function filterGradient(
  images: i32, height: i32, width: i32, cin: i32, cout: i32, kh: i32, kw: i32,
  x: usize, dy: usize, dw: usize, padded: usize,
): void {
  const row = <usize>((width + kw - 1) * cin) << 2;
  const inner = <usize>(width * cin) << 2;
  const first = <usize>(kh >> 1) * row + (<usize>((kw >> 1) * cin) << 2);
  const taps = kw * cin;
  const image = <usize>(height * width * cout) << 2;
  for (let n = 0; n < images; ++n, dy += image) {
    for (let y = 0; y < height; ++y, x += inner) memory.copy(padded + first + <usize>y * row, x, inner);
    for (let ky = 0; ky < kh; ++ky) {
      const base = padded + <usize>ky * row;
      const out = dw + (<usize>(ky * taps * cout) << 2);
      let k = 0;
      for (; k + 4 <= taps; k += 4) {
        const from = base + (<usize>k << 2);
        const to = out + (<usize>(k * cout) << 2);
        let co = 0;
        for (; co + 8 <= cout; co += 8) block4x8(height, width, cin, cout, from, row, dy + (<usize>co << 2), to + (<usize>co << 2));
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

function block4x8(height: i32, width: i32, cin: i32, cout: i32, x: usize, row: usize, dy: usize, dw: usize): void {
  const stepX = <usize>cin << 2;
  const stepY = <usize>cout << 2;
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
  for (let y = 0; y < height; ++y) {
    let p = x + <usize>y * row;
    for (let i = 0; i < width; ++i, p += stepX, dy += stepY) {
      const g0 = v128.load(dy);
      const g1 = v128.load(dy, 16);
      const x0 = v128.load32_splat(p);
      const x1 = v128.load32_splat(p, 4);
      const x2 = v128.load32_splat(p, 8);
      const x3 = v128.load32_splat(p, 12);
      a0 = f32x4.add(a0, f32x4.mul(x0, g0));
      a1 = f32x4.add(a1, f32x4.mul(x0, g1));
      a2 = f32x4.add(a2, f32x4.mul(x1, g0));
      a3 = f32x4.add(a3, f32x4.mul(x1, g1));
      a4 = f32x4.add(a4, f32x4.mul(x2, g0));
      a5 = f32x4.add(a5, f32x4.mul(x2, g1));
      a6 = f32x4.add(a6, f32x4.mul(x3, g0));
      a7 = f32x4.add(a7, f32x4.mul(x3, g1));
    }
  }
  accumulate(dw, 0, a0);
  accumulate(dw, 16, a1);
  accumulate(dw, stepY, a2);
  accumulate(dw, stepY + 16, a3);
  accumulate(dw, 2 * stepY, a4);
  accumulate(dw, 2 * stepY + 16, a5);
  accumulate(dw, 3 * stepY, a6);
  accumulate(dw, 3 * stepY + 16, a7);
}

function block1x8(height: i32, width: i32, cin: i32, cout: i32, x: usize, row: usize, dy: usize, dw: usize): void {
  let a0 = f32x4.splat(0), a1 = a0;
  for (let y = 0; y < height; ++y) {
    let p = x + <usize>y * row;
    for (let i = 0; i < width; ++i, p += <usize>cin << 2, dy += <usize>cout << 2) {
      const x0 = v128.load32_splat(p);
      a0 = f32x4.add(a0, f32x4.mul(x0, v128.load(dy)));
      a1 = f32x4.add(a1, f32x4.mul(x0, v128.load(dy, 16)));
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
