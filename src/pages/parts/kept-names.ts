import { browserStorage, storedTexts, storeTexts } from "./stored-texts.ts";

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
    if (this.#names.size === 0) browserStorage()?.removeItem(this.#key);
    else storeTexts(browserStorage(), this.#key, this.#names);
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
    return new Set(storedTexts(browserStorage(), this.#key));
  }
}
