/** Names that this browser keeps for every page of this address; where it keeps nothing, until the page is left. */
export class KeptNames {
  readonly #key: string;
  readonly #listeners = new Set<() => void>();
  #names: ReadonlySet<string>;

  /** `name` is what is kept. */
  constructor(name: string) {
    this.#key = `gradstream ${name}`;
    this.#names = this.#read();
    window.addEventListener("storage", ({ key }) => {
      if (key !== this.#key && key !== null) return;
      this.#names = this.#read();
      this.#tell();
    });
  }

  get all(): ReadonlySet<string> {
    return this.#names;
  }

  /** Keeps these, in place of those before. */
  keep(names: Iterable<string>): void {
    this.#names = new Set(names);
    try {
      if (this.#names.size === 0) localStorage.removeItem(this.#key);
      else localStorage.setItem(this.#key, JSON.stringify([...this.#names]));
    } catch {
      // A browser may keep nothing, or be full.
    }
    this.#tell();
  }

  add(names: Iterable<string>): void {
    this.keep([...this.#names, ...names]);
  }

  remove(names: Iterable<string>): void {
    const gone = new Set(names);
    this.keep([...this.#names].filter((name) => !gone.has(name)));
  }

  subscribe(listener: () => void): void {
    this.#listeners.add(listener);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  #read(): ReadonlySet<string> {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(this.#key) ?? "[]");
      return new Set(Array.isArray(kept) ? kept.filter((name) => typeof name === "string") : []);
    } catch {
      return new Set();
    }
  }
}
