// Lists of texts that a browser keeps from one visit to the next.

/** Returns the browser's storage; browsers that keep nothing throw where it is named. */
export function browserStorage(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

/** Reads a list; an empty one where nothing, or nothing of that kind, is kept. */
export function storedTexts(storage: Pick<Storage, "getItem"> | undefined, key: string): string[] {
  try {
    const kept: unknown = JSON.parse(storage?.getItem(key) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
}

/** Keeps a list. A browser that is full, or keeps nothing, is left as it is. */
export function storeTexts(storage: Pick<Storage, "setItem"> | undefined, key: string, texts: Iterable<string>): void {
  try {
    storage?.setItem(key, JSON.stringify([...texts]));
  } catch {
    // What is kept makes the next visit easier; nothing depends on it.
  }
}
