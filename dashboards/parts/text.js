// Numbers and times as text.

const number = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

export const formatWhole = (value) => (value === undefined || value === null ? "–" : whole.format(value));

/** Four significant digits; powers of ten where a number is very small or large. */
export function formatNumber(value) {
  if (value === undefined || value === null) return "–";
  if (!Number.isFinite(value)) return String(value).replace("-", "−").replace("Infinity", "∞");
  const size = Math.abs(value);
  const text = size !== 0 && (size < 1e-3 || size >= 1e7) ? shortPower(value, 3) : number.format(value);
  return text.replace(/^-/, "−");
}

/** For the ends of an axis: as short as it can be said. */
export function formatTick(value) {
  const size = Math.abs(value);
  const text = size !== 0 && (size < 1e-3 || size >= 1e6) ? shortPower(value, 3) : number.format(value);
  return text.replace(/^-/, "−");
}

function shortPower(value, digits) {
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
  return `${String(Number(mantissa))}e${Number(exponent)}`;
}

export function formatPercent(value) {
  if (value === undefined || value === null) return "–";
  return Number.isFinite(value) ? `${(100 * value).toFixed(1)} %` : formatNumber(value);
}

export const formatPercentTick = (value) => `${number.format(100 * value)} %`;

export function formatDuration(seconds) {
  if (seconds === undefined || seconds === null || !Number.isFinite(seconds)) return "–";
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, "0")} s`;
  return `${Math.floor(s / 3600)} h ${String(Math.floor((s % 3600) / 60)).padStart(2, "0")} min`;
}

export const formatClock = (ms) =>
  new Date(ms).toLocaleString(undefined, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });

/** `3 runs`, `1 run`. */
export const counted = (count, noun) => `${whole.format(count)} ${noun}${count === 1 ? "" : "s"}`;
