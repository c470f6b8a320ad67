/** What rows are put in order by. */
export type SortValue = number | string | undefined;

/** Puts items in order of their values, those without one last either way; equal ones stay as they were. */
export function inOrder<T>(items: readonly T[], valueOf: (item: T) => SortValue, down: boolean): T[] {
  const valued = items.map((item) => ({ item, value: valueOf(item) }));
  const isMissing = (value: SortValue): boolean => value === undefined || Number.isNaN(value);
  valued.sort(({ value: a }, { value: b }) => {
    if (isMissing(a) || isMissing(b)) return Number(isMissing(a)) - Number(isMissing(b));
    const order = typeof a === "number" && typeof b === "number" ? a - b : NAMES.compare(String(a), String(b));
    return down ? -order : order;
  });
  return valued.map(({ item }) => item);
}

/** One comparer: localeCompare makes one anew at every call. */
const NAMES = new Intl.Collator("en", { numeric: true });
