// What was asked in this browser, the latest first.

const KEY = "gradstream.sql";
const MOST = 50;

/** Reads what was asked before; nothing where the browser keeps nothing. */
export function askedBefore(storage: Pick<Storage, "getItem"> | undefined): string[] {
  try {
    const kept: unknown = JSON.parse(storage?.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
}

/** Keeps a statement as the latest of at most 50. */
export function keepAsked(storage: Pick<Storage, "getItem" | "setItem"> | undefined, sql: string): void {
  try {
    const others = askedBefore(storage).filter((one) => one !== sql);
    storage?.setItem(KEY, JSON.stringify([sql, ...others].slice(0, MOST)));
  } catch {
    // A full or forbidden storage keeps nothing; the statement is in the address all the same.
  }
}
