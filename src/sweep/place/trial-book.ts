import { createHash } from "node:crypto";
import { z } from "zod";
import { plannedTrial, type PlannedTrial } from "../plan/planned-trial.ts";
import { readJson } from "./manifest.ts";
import { createJson, type ResultPlace } from "./result-place.ts";

const PLAN = /^plan-\d+-[\da-f]+\.json$/;
const plan = z.array(plannedTrial);

/** Writes the trials of one round of a sweep for its workers. */
export async function writePlan(place: ResultPlace, round: number, trials: readonly PlannedTrial[]): Promise<void> {
  // What failed and is tried again may make the rounds behind it others.
  const hash = createHash("sha256").update(JSON.stringify(trials)).digest("hex").slice(0, 12);
  await createJson(place, `plan-${round}-${hash}.json`, trials);
}

/** What trials are by their ids, as the rounds of a sweep were planned. */
export class TrialBook {
  readonly #place: ResultPlace;
  readonly #read = new Set<string>();
  readonly #trials = new Map<string, PlannedTrial>();

  constructor(place: ResultPlace) {
    this.#place = place;
  }

  /** Finds a trial; undefined where it is of no round. */
  async find(trialId: string): Promise<PlannedTrial | undefined> {
    if (!this.#trials.has(trialId)) await this.#readNew();
    return this.#trials.get(trialId);
  }

  async #readNew(): Promise<void> {
    const names = (await this.#place.list("")).filter((name) => PLAN.test(name) && !this.#read.has(name));
    for (const name of names) {
      for (const trial of (await readJson(this.#place, name, plan)) ?? []) this.#trials.set(trial.trialId, trial);
      this.#read.add(name);
    }
  }
}
