import { plainLines } from "../core/plain-text.ts";

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** For HTML and XML, between tags and in attributes. */
export function escape(text: string): string {
  return plainLines(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** A database value as text. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return String(value);
  if (value instanceof Date) return value.toISOString();
  return value === null || value === undefined ? "" : JSON.stringify(value);
}

/** A database value as a number; NaN where there is none. */
export function numberOf(value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  return typeof value === "string" && value.trim() !== "" ? Number(value) : NaN;
}

/** `15,000`, `0.05`, `3.2×10⁻⁵`. */
export function formatNumber(value: number, digits = 4): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e6 || size < 1e-3)) return scientific(value, digits);
  const rounded = Number(value.toPrecision(Math.max(digits, size >= 1 ? Math.floor(Math.log10(size)) + 1 : 1)));
  return rounded.toLocaleString("en-US", { maximumFractionDigits: 8 }).replace("-", "−");
}

/** As a power of ten: `10³`, `2×10⁻⁵`; `1` and `10` as they are. */
export function formatPower(value: number): string {
  return value === 1 || value === 10 ? String(value) : scientific(value, 4);
}

function scientific(value: number, digits: number): string {
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
  const power = `10${superscript(Number(exponent))}`;
  const factor = Number(mantissa);
  if (factor === 1) return power;
  return `${String(factor).replace("-", "−")}×${power}`;
}

function superscript(power: number): string {
  const digits = Array.from(String(Math.abs(power)))
    .map((digit) => SUPERSCRIPT[Number(digit)]!)
    .join("");
  return power < 0 ? `⁻${digits}` : digits;
}

/** `2 h 13 min`, `41 s`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "";
  if (seconds < 60) return `${formatNumber(seconds, 2)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `1 run`, `2 runs`. */
export function plural(count: number, noun: string): string {
  return `${formatNumber(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** Width in pixels that text of this size will need at most. */
export function widthOf(text: string, size: number): number {
  return Array.from(text).length * size * 0.58;
}
