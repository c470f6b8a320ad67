// The whole state of a page is its query string: shareable, and the back button undoes a choice.

const listeners = new Set();
let params = new URLSearchParams(location.search);

/** What pages hand on to each other. */
const SHARED = ["experiment", "runs", "hide", "seeds", "smooth", "from", "to", "layer", "theme"];

export const urlState = {
  get: (key, fallback) => params.get(key) ?? fallback,
  number(key, fallback) {
    const value = params.get(key);
    return value !== null && value.trim() !== "" && Number.isFinite(Number(value)) ? Number(value) : fallback;
  },
  flag: (key) => params.get(key) === "1",
  list: (key) => params.getAll(key),
  /** Lists become repeated keys; undefined, "" and [] take a key away. `replace` leaves no entry in the history. */
  set(changes, { replace = false } = {}) {
    const next = new URLSearchParams(params);
    for (const [key, value] of Object.entries(changes)) {
      next.delete(key);
      for (const one of [value ?? []].flat()) if (one !== "") next.append(key, String(one));
    }
    if (next.toString() === params.toString()) return;
    params = next;
    history[replace ? "replaceState" : "pushState"](null, "", location.pathname + asQuery(params));
    for (const listener of listeners) listener();
  },
  /** Query string for a link to another page. */
  shared: () => asQuery(new URLSearchParams([...params].filter(([key]) => SHARED.includes(key)))),
  subscribe(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

function asQuery(search) {
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}

window.addEventListener("popstate", () => {
  params = new URLSearchParams(location.search);
  for (const listener of listeners) listener();
});
