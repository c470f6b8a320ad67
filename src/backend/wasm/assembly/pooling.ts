// Gradient of a 2 x 2 max-pool with stride 2: each window's dy goes to the first of its largest values.

export function maxPoolGradient(
  images: i32, height: i32, width: i32, channels: i32, x: usize, y: usize, dy: usize, dx: usize,
): void {
  const column = <usize>channels << 2;
  const row = <usize>width * column;
  const rows = height >> 1;
  const columns = width >> 1;
  const vectors = channels & ~3;
  if ((height | width) & 1) memory.fill(dx, 0, <usize>images * <usize>height * row);
  for (let n = 0; n < images; ++n) {
    const image = <usize>n * <usize>height * row;
    for (let i = 0; i < rows; ++i) {
      let at = image + <usize>(2 * i) * row;
      for (let j = 0; j < columns; ++j, at += 2 * column, y += column, dy += column) {
        let c = 0;
        for (; c < vectors; c += 4) {
          const o = <usize>c << 2;
          const top = v128.load(y + o);
          const g = v128.load(dy + o);
          const p = at + o;
          let hit = f32x4.eq(v128.load(x + p), top);
          let free = v128.not(hit);
          v128.store(dx + p, v128.and(g, hit));
          hit = v128.and(f32x4.eq(v128.load(x + p + column), top), free);
          free = v128.andnot(free, hit);
          v128.store(dx + p + column, v128.and(g, hit));
          hit = v128.and(f32x4.eq(v128.load(x + p + row), top), free);
          free = v128.andnot(free, hit);
          v128.store(dx + p + row, v128.and(g, hit));
          hit = v128.and(f32x4.eq(v128.load(x + p + row + column), top), free);
          v128.store(dx + p + row + column, v128.and(g, hit));
        }
        for (; c < channels; ++c) {
          const o = <usize>c << 2;
          const top = load<f32>(y + o);
          let g = load<f32>(dy + o);
          for (let k = 0; k < 4; ++k) {
            const p = at + o + <usize>(k >> 1) * row + <usize>(k & 1) * column;
            const hit = load<f32>(x + p) == top;
            store<f32>(dx + p, hit ? g : 0);
            if (hit) g = 0;
          }
        }
      }
    }
  }
}
