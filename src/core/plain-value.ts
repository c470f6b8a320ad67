import { descriptionOf, isDescribed } from "./described.ts";
import { isSource } from "./steering.ts";

/** Returns anything as plain values that JSON and a thread's message can carry, down to `depth` levels. */
export function plainValue(value: unknown, depth = 4): unknown {
  switch (typeof value) {
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "string":
    case "boolean":
      return value;
    case "object":
      break;
    default:
      return typeof value === "function" ? functionValue(value, depth) : typeof value;
  }
  if (value === null) return null;
  if (value instanceof RegExp) return String(value);
  if (isSource(value)) return isDescribed(value) ? plainValue(descriptionOf(value), depth) : "an Observable";
  if (depth === 0) return "…";
  if (Array.isArray(value)) return value.slice(0, 100).map((item) => plainValue(item, depth - 1));
  if (ArrayBuffer.isView(value)) return value.constructor.name;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.slice(0, 100).map(([key, item]) => [key, plainValue(item, depth - 1)]));
}

/** A function is what it was described as, or its name. */
function functionValue(value: object & { readonly name: string }, depth: number): unknown {
  if (isDescribed(value)) return plainValue(descriptionOf(value), depth);
  return value.name === "" ? "function" : value.name;
}
