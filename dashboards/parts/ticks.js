// Round numbers along an axis.

/** The step of about `count` steps over `range`: 1, 2 or 5 times a power of ten. */
function niceStep(range, count) {
  const rough = range / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const share = rough / power;
  return power * (share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10);
}

/** Ticks in [low, high], about `count`; on a logarithmic axis powers of ten, with 2 and 5 between where they are few. */
export function ticks(low, high, count, log = false) {
  if (!(high > low) || (log && low <= 0)) return [low];
  if (log) return logTicks(low, high, count);
  const step = niceStep(high - low, count);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

function logTicks(low, high, count) {
  const decades = Math.log10(high / low);
  const factors = decades > count ? [1] : decades > count / 2 ? [1, 3] : decades > 0.8 ? [1, 2, 5] : undefined;
  if (!factors) return ticks(low, high, count);
  const every = Math.max(1, Math.ceil(decades / count));
  const found = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    if (power % every !== 0) continue;
    for (const factor of factors) {
      const value = Number(`${factor}e${power}`);
      if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) found.push(value);
    }
  }
  return found;
}

/** Widens [low, high] to round ends; a range of nothing gets some room. Stays put while the data grows a little. */
export function niceRange(low, high, log = false) {
  if (!(low <= high)) return log ? [0.1, 1] : [0, 1];
  if (log) {
    const round = (value, direction) => {
      const power = 10 ** Math.floor(Math.log10(value) + 1e-12);
      const steps = [1, 2, 5, 10].map((factor) => factor * power);
      return direction < 0
        ? steps.findLast((one) => one <= value * (1 + 1e-9))
        : steps.find((one) => one >= value * (1 - 1e-9));
    };
    const [from, to] = [round(low, -1), round(high, 1)];
    return from === to ? [from / 2, to * 2] : [from, to];
  }
  if (low === high) {
    const room = Math.abs(low) * 0.1 || 1;
    return niceRange(low - room, high + room);
  }
  const step = niceStep(high - low, 8);
  return [Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step].map((value) =>
    Number(value.toPrecision(12)),
  );
}

/** The round number at or above: the end of an axis that still grows. */
export function niceCeiling(value) {
  if (value <= 10) return 10;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((factor) => factor * power >= value);
}
