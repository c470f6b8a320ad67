// What was asked in this browser, the latest first.

import { storedTexts, storeTexts } from "./stored-texts.ts";

const KEY = "gradstream.sql";
const MOST = 50;

/** Reads what was asked before; nothing where the browser keeps nothing. */
export const askedBefore = (storage: Pick<Storage, "getItem"> | undefined): string[] => storedTexts(storage, KEY);

/** Keeps a statement as the latest of at most 50. */
export function keepAsked(storage: Pick<Storage, "getItem" | "setItem"> | undefined, sql: string): void {
  storeTexts(storage, KEY, [...new Set([sql, ...askedBefore(storage)])].slice(0, MOST));
}
