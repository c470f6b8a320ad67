import { UserError } from "./errors.ts";
import { tensorsUnder, tensorsWith, type Memory, type TrainingSnapshot } from "./snapshot.ts";
import type { PlainTensor } from "./safetensors.ts";

/** A part of a pipeline that remembers something from step to step. */
export interface Remembering {
  /** What it is, in messages: `probe drift`. */
  readonly name: string;
  /** Returns what it remembers, between two steps. Default: none; its training cannot be resumed. */
  readonly save?: (() => Memory) | undefined;
  /** Takes over what `save` returned. */
  readonly load?: ((memory: Memory) => void) | undefined;
}

/** Who remembers what in a session, each at a place that is the same whenever the pipeline is subscribed to. */
export class Remembered {
  readonly #parts = new Map<string, Remembering>();
  readonly #restored: TrainingSnapshot | undefined;
  /** The places whose memory was given back: a part that begins anew later begins with none. */
  readonly #returned = new Set<string>();
  #prefix = "";
  #failure: UserError | undefined;

  constructor(restored: TrainingSnapshot | undefined) {
    this.#restored = restored;
  }

  /** Adds a part, and gives it its memory back where its training goes on. Returns a function that removes it. */
  add(part: Remembering): () => void {
    let ordinal = 1;
    const placeAt = () => `${this.#prefix}${part.name} ${ordinal}`.replaceAll("/", "|");
    while (this.#parts.has(placeAt())) ordinal += 1;
    const place = placeAt();
    this.#parts.set(place, part);
    this.#restore(place, part);
    return () => {
      if (this.#parts.get(place) === part) this.#parts.delete(place);
    };
  }

  /** Runs a subscription whose parts stand under a name of their own. */
  within<T>(name: string, subscribe: () => T): T {
    const outer = this.#prefix;
    this.#prefix = `${outer}${name}: `;
    try {
      return subscribe();
    } finally {
      this.#prefix = outer;
    }
  }

  /**
   * Checks that everybody got back what they remembered.
   *
   * @throws {UserError} naming a part that did not.
   */
  check(): void {
    if (this.#failure) throw this.#failure;
  }

  /** Names the parts that cannot say what they remember. */
  silent(): readonly string[] {
    return [...this.#parts.values()].flatMap(({ name, save }) => (save ? [] : [name]));
  }

  /** Returns the places of all parts. */
  places(): readonly string[] {
    return [...this.#parts.keys()];
  }

  /** Returns what everybody remembers, as tensors `<place>/<name>`. */
  take(): Readonly<Record<string, PlainTensor>> {
    const all = [...this.#parts].map(([place, { save }]) => tensorsWith(place, plain(save!())));
    return Object.assign({}, ...all) as Readonly<Record<string, PlainTensor>>;
  }

  #restore(place: string, { name, load }: Remembering): void {
    if (!this.#restored) return;
    if (!this.#restored.places.includes(place)) {
      this.#failure ??= new UserError(`the checkpoint has no saved state for ${name}`);
      return;
    }
    if (this.#returned.has(place)) return;
    this.#returned.add(place);
    const own = tensorsUnder(this.#restored.tensors, `memory/${place}`);
    try {
      load?.(Object.fromEntries(Object.entries(own).map(([entry, { values }]) => [entry, values])));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#failure ??= new UserError(`the checkpoint does not fit ${name}: ${reason}`);
    }
  }
}

const plain = (memory: Memory): Record<string, PlainTensor> =>
  Object.fromEntries(Object.entries(memory).map(([name, values]) => [name, { shape: [values.length], values }]));
