import {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBGeometryValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimeNSValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBUnionValue,
  type DuckDBValue,
  DuckDBVariantValue,
} from "@duckdb/node-api";

/** Digits of a decimal number that a double always gives back. */
const EXACT_DIGITS = 15;
const FOREVER = 2n ** 63n - 1n;
const DAY_SECONDS = 86_400n;
const NANOSECONDS = 1_000_000_000n;
/** Days in 400 years, after which the calendar repeats. */
const ERA = 146_097;

/**
 * Turns a value of DuckDB's into a plain one: numbers that JavaScript holds exactly are numbers, booleans and text are themselves,
 * NULL is null; lists and arrays are arrays, a struct is an object, a map a list of `{ key, value }`, a union
 * `{ tag, value }`; bytes are hexadecimal digits; everything else is the text that DuckDB casts it to (times in UTC).
 */
export function plain(value: DuckDBValue): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof DuckDBDecimalValue) return decimal(value);
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) return value.items.map(plain);
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(Object.entries(value.entries).map(([name, item]) => [name, plain(item)]));
  }
  if (value instanceof DuckDBMapValue) {
    return value.entries.map(({ key, value: item }) => ({ key: plain(key), value: plain(item) }));
  }
  if (value instanceof DuckDBUnionValue) return { tag: value.tag, value: plain(value.value) };
  if (value instanceof DuckDBVariantValue) return plain(value.value);
  if (value instanceof DuckDBBlobValue || value instanceof DuckDBGeometryValue) {
    return Buffer.from(value.bytes).toString("hex");
  }
  return momentText(value) ?? String(value);
}

function decimal(value: DuckDBDecimalValue): number | string {
  const digits = String(value.value).replace("-", "").length;
  return digits <= EXACT_DIGITS ? Number(String(value)) : String(value);
}

/** Dates and times of day on a date. The driver's own text is not DuckDB's for infinity and the year 1 BC. */
function momentText(value: object): string | undefined {
  if (value instanceof DuckDBDateValue) {
    return value.isFinite ? dateText(value.days) : infinity(value.days < 0);
  }
  if (value instanceof DuckDBTimestampValue) return timestampText(value.micros, 1_000_000n);
  if (value instanceof DuckDBTimestampTZValue) return timestampText(value.micros, 1_000_000n, "+00");
  if (value instanceof DuckDBTimestampSecondsValue) return timestampText(value.seconds, 1n);
  if (value instanceof DuckDBTimestampMillisecondsValue) return timestampText(value.millis, 1000n);
  if (value instanceof DuckDBTimestampNanosecondsValue) return timestampText(value.nanos, NANOSECONDS);
  return undefined;
}

function timestampText(count: bigint, perSecond: bigint, zone = ""): string {
  if (count === FOREVER || count === -FOREVER) return infinity(count < 0n);
  const perDay = perSecond * DAY_SECONDS;
  const inDay = ((count % perDay) + perDay) % perDay;
  const time = String(new DuckDBTimeNSValue(inDay * (NANOSECONDS / perSecond)));
  return `${dateText(Number((count - inDay) / perDay))} ${time}${zone}`;
}

function dateText(days: number): string {
  const era = Math.floor(days / ERA);
  const date = new Date((days - era * ERA) * Number(DAY_SECONDS) * 1000);
  const year = date.getUTCFullYear() + era * 400;
  const digits = String(year > 0 ? year : 1 - year).padStart(4, "0");
  return `${digits}${date.toISOString().slice(4, 10)}${year > 0 ? "" : " (BC)"}`;
}

const infinity = (past: boolean): string => (past ? "-infinity" : "infinity");
