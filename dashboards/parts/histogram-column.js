/** Adds one histogram as cells from its step to the next record's; shades go by the root of a bin's share, to show tails. */
export function addColumn(cells, { step, lo, hi, counts }, records, i) {
  const next = records[i + 1]?.step ?? step + (i > 0 ? step - records[i - 1].step : 1);
  const width = (hi - lo) / counts.length || 1e-9;
  const most = Math.max(...counts);
  counts.forEach((count, bin) => {
    if (count === 0) return;
    const n = cells.length++;
    [cells.x0[n], cells.x1[n]] = [step, next];
    [cells.y0[n], cells.y1[n]] = [lo + bin * width, lo + (bin + 1) * width];
    cells.value[n] = count;
    cells.share[n] = Math.sqrt(count / most);
  });
}
