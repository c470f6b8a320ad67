type Maybe = number | null | undefined;

const SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const NONE = "–";

/** Writes a number: `15,000`, `0.05`, `3.2×10⁻⁵`, `–` for none. */
export function formatNumber(value: Maybe, digits = 4): string {
  if (value === null || value === undefined) return NONE;
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e6 || size < 1e-3)) return scientific(value, digits);
  const rounded = Number(value.toPrecision(Math.max(digits, size >= 1 ? Math.floor(Math.log10(size)) + 1 : 1)));
  return rounded.toLocaleString("en-US", { maximumFractionDigits: 8 }).replace("-", "−");
}

/** Writes a number of steps or rows, all of its digits: `1,234,567`. */
export function formatWhole(value: Maybe): string {
  if (value === null || value === undefined) return NONE;
  return value.toLocaleString("en-US", { maximumFractionDigits: 0 }).replace("-", "−");
}

/** Writes a number as a power of ten: `10³`, `2×10⁻⁵`; `1` and `10` as they are. */
export function formatPower(value: number): string {
  return value === 1 || value === 10 ? String(value) : scientific(value, 4);
}

/** Writes a share: `82.9 %`. */
export function formatPercent(value: Maybe): string {
  if (value === null || value === undefined) return NONE;
  return Number.isFinite(value) ? `${(100 * value).toFixed(1)} %` : formatNumber(value);
}

/** Writes seconds: `0.42 s`, `41 s`, `6 min 04 s`, `10 min`, `2 h 13 min`. */
export function formatDuration(seconds: Maybe): string {
  if (seconds === undefined || seconds === null || !Number.isFinite(seconds)) return NONE;
  if (seconds > 0 && seconds < 1) return `${formatNumber(seconds, 2)} s`;
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const [minutes, rest] = [Math.floor(whole / 60), whole % 60];
  if (minutes < 60) return rest === 0 ? `${minutes} min` : `${minutes} min ${String(rest).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Writes a count with its noun: `1 run`, `2 runs`. */
export const counted = (count: number, noun: string): string =>
  `${formatWhole(count)} ${noun}${count === 1 ? "" : "s"}`;

function scientific(value: number, digits: number): string {
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
  const power = `10${superscript(Number(exponent))}`;
  const factor = Number(mantissa);
  if (factor === 1) return power;
  return `${String(factor).replace("-", "−")}×${power}`;
}

function superscript(power: number): string {
  const digits = Array.from(String(Math.abs(power)), (digit) => SUPERSCRIPT[Number(digit)]!).join("");
  return power < 0 ? `⁻${digits}` : digits;
}
