/** y[o, j, i, k] = x[o, i, j, k] for [outer, first, second, inner], with at least four values in `inner`. */
export function swapBlocks(outer: i32, first: i32, second: i32, inner: i32, x: usize, y: usize): void {
  const row = <usize>inner << 2;
  const last = row - 16;
  const stride = <usize>second * row;
  for (let o = 0; o < outer; ++o, x += <usize>first * stride) {
    for (let j = 0; j < second; ++j) {
      let from = x + <usize>j * row;
      for (let i = 0; i < first; ++i, from += stride, y += row) {
        for (let k: usize = 0; k < last; k += 16) v128.store(y + k, v128.load(from + k));
        // The last vector, over what may have been copied before.
        v128.store(y + last, v128.load(from + last));
      }
    }
  }
}
