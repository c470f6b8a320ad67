import { type Begun, readBegun } from "../place/attempts.ts";
import type { ResultPlace } from "../place/result-place.ts";

/** Part of what a trial recorded: an attempt's segments, of which the steps before `upTo` count. */
export interface Leg {
  readonly folder: string;
  readonly begun: Begun;
  readonly upTo: number;
}

/** What the attempts at a trial said when they began, each read once. */
export class Beginnings {
  readonly #place: ResultPlace;
  readonly #trialId: string;
  readonly #begun = new Map<string, Begun>();

  constructor(place: ResultPlace, trialId: string) {
    this.#place = place;
    this.#trialId = trialId;
  }

  /** Returns the newest of these attempts that has begun. */
  async newest(folders: readonly string[]): Promise<string | undefined> {
    for (const folder of [...folders].reverse()) if (await this.of(folder)) return folder;
    return undefined;
  }

  /** Returns an attempt behind those that it goes on from. */
  async legsTo(target: string): Promise<readonly Leg[]> {
    const legs: Leg[] = [];
    let upTo = Infinity;
    for (let folder: string | undefined = target; folder !== undefined;) {
      const begun: Begun | undefined = await this.of(folder);
      if (!begun) throw new Error(`sweep: attempt ${folder} of trial ${this.#trialId} has no beginning`);
      legs.unshift({ folder, begun, upTo });
      upTo = Math.min(upTo, begun.from?.step ?? 0);
      folder = begun.from?.folder;
    }
    return legs;
  }

  /** Returns what an attempt said when it began; undefined where it has not. */
  async of(folder: string): Promise<Begun | undefined> {
    const known = this.#begun.get(folder);
    if (known) return known;
    const begun = await readBegun(this.#place, this.#trialId, folder);
    if (begun) this.#begun.set(folder, begun);
    return begun;
  }
}
