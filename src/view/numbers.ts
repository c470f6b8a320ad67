type Maybe = number | null | undefined;

const SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const NONE = "–";

/** Largest size that is written with all its whole digits, and the least that is written without a power of ten. */
const PLAIN = { below: 1e6, from: 1e-3 } as const;

/** Tells whether a number is written without a power of ten. */
export const isPlain = (value: number): boolean =>
  value === 0 || (Math.abs(value) < PLAIN.below && Math.abs(value) >= PLAIN.from);

/**
 * Writes a number, to `digits` digits and all whole ones: `15,000`, `0.05`, `3.2×10⁻⁵`, `–` for none. It is how every
 * table, legend, axis and terminal writes one.
 */
export function formatNumber(value: Maybe, digits = 4): string {
  if (value === null || value === undefined) return NONE;
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const whole = Math.abs(value) < 1 ? 1 : Math.floor(Math.log10(Math.abs(value))) + 1;
  const rounded = Math.abs(value) < PLAIN.below ? Number(value.toPrecision(Math.max(digits, whole))) : value;
  if (!isPlain(rounded)) return scientific(value, digits);
  return (rounded + 0).toLocaleString("en-US", { maximumFractionDigits: 20 }).replace("-", "−");
}

/** Writes a number of steps or rows, all of its digits: `1,234,567`. */
export function formatWhole(value: Maybe): string {
  if (value === null || value === undefined) return NONE;
  return value.toLocaleString("en-US", { maximumFractionDigits: 0 }).replace("-", "−");
}

/** Writes a number as a power of ten: `10³`, `2×10⁻⁵`; `1` and `10` as they are. */
export function formatPower(value: number, digits = 4): string {
  return value === 1 || value === 10 ? String(value) : scientific(value, digits);
}

/** Writes a setting, a number with all its digits, as typed where no power of ten is needed: `0.1`, `15000`, `2.5×10⁻⁷`. */
export function formatSetting(value: unknown): string {
  if (typeof value !== "number" || Number.isSafeInteger(value) || isPlain(value)) return String(value);
  const [mantissa = ""] = value.toExponential().split("e");
  return formatNumber(value, mantissa.replace(/\D/g, "").length);
}

/** Writes a share: `82.9 %`. */
export function formatPercent(value: Maybe): string {
  if (value === null || value === undefined) return NONE;
  return Number.isFinite(value) ? `${(100 * value).toFixed(1)} %` : formatNumber(value);
}

/** Writes a share as an axis labels it, with no more digits than it has: `80 %`, `2.5 %`. */
export const formatPercentTick = (value: number): string => `${formatNumber(100 * value)} %`;

/** Writes the powers of ten within a text as everywhere: `lr 10⁻⁷` of `lr 1e-7`. */
export const withPowers = (text: string): string =>
  text.replace(/(?<![\w.])\d+(?:\.\d+)?e[+-]?\d+(?![\w.])/g, (number) => formatNumber(Number(number)));

/** Writes a moment in milliseconds by the clock and calendar of who reads it: `Nov 29, 2026, 3:05 PM`. */
export const formatClock = (ms: number): string =>
  new Date(ms).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });

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
  if (Math.abs(factor) === 1) return factor < 0 ? `−${power}` : power;
  return `${String(factor).replace("-", "−")}×${power}`;
}

function superscript(power: number): string {
  const digits = Array.from(String(Math.abs(power)), (digit) => SUPERSCRIPT[Number(digit)]!).join("");
  return power < 0 ? `⁻${digits}` : digits;
}
