// The whole state of a page is its query string: shareable, and the back button undoes a choice.

type Given = string | number | undefined;
/** New values by key: lists become repeated keys; undefined, "" and [] take a key away. */
export type Changes = Readonly<Record<string, Given | readonly Given[]>>;

const listeners = new Set<() => void>();
let params = new URLSearchParams(location.search);

/** What pages hand on to each other. */
const SHARED = ["experiment", "runs", "hide", "seeds", "smooth", "from", "to", "layer", "theme"];

/** What only the table of runs is drawn from. */
const OF_TABLE = ["find", "sort", "group", "list", "pin", "hidden"];

export const urlState = {
  get: (key: string): string | undefined => params.get(key) ?? undefined,
  number(key: string): number | undefined {
    const value = params.get(key);
    return value !== null && value.trim() !== "" && Number.isFinite(Number(value)) ? Number(value) : undefined;
  },
  flag: (key: string): boolean => params.get(key) === "1",
  list: (key: string): string[] => params.getAll(key),
  /** Takes over changes; `replace` leaves no entry in the history. */
  set(changes: Changes, { replace = false } = {}): void {
    const next = new URLSearchParams(params);
    for (const [key, value] of Object.entries(changes)) {
      next.delete(key);
      for (const one of [value].flat()) if (one !== undefined && one !== "") next.append(key, String(one));
    }
    if (next.toString() === params.toString()) return;
    params = next;
    write(replace);
    for (const listener of listeners) listener();
  },
  /** Query string for a link to another page. */
  shared: (): string => asQuery(new URLSearchParams([...params].filter(([key]) => SHARED.includes(key)))),
  /** What charts are drawn from. */
  drawn: (): string => asQuery(new URLSearchParams([...params].filter(([key]) => !OF_TABLE.includes(key)))),
  subscribe(listener: () => void): void {
    listeners.add(listener);
  },
};

const RETRY_MS = 1000;
let retry: ReturnType<typeof setTimeout> | undefined;

/** Writes the address; some browsers take only so many changes in a while, and are asked again. */
function write(replace: boolean): void {
  clearTimeout(retry);
  try {
    history[replace ? "replaceState" : "pushState"](null, "", location.pathname + asQuery(params));
  } catch {
    retry = setTimeout(() => write(true), RETRY_MS);
  }
}

function asQuery(search: URLSearchParams): string {
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}

window.addEventListener("popstate", () => {
  clearTimeout(retry);
  params = new URLSearchParams(location.search);
  for (const listener of listeners) listener();
});
