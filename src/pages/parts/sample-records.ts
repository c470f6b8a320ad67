// What events say of test images: which they are, and what a network takes them for.

import type { FeedEvent } from "../../feed/client/index.ts";
import { grouped } from "../../view/grouped.ts";

/** An image, and what it was taken for. */
interface NamedImage {
  readonly label: number;
  readonly prediction: number;
  readonly probability: number;
}

/** What a network takes test images for at one step. */
export interface SamplesFound {
  readonly images: readonly NamedImage[];
  readonly classes: number;
  /** Counts, a row for each label and a column for each prediction. */
  readonly confusion: readonly number[];
  readonly filters?: { readonly shape: unknown; readonly bytes: unknown; readonly limit: number };
}

/** The images of a run, and what was found of them by step. */
export interface RunSamples {
  shown?: { readonly shape: unknown; readonly pixels: unknown; readonly classes?: readonly string[] };
  readonly found: Map<number, SamplesFound>;
}

/** Keeps what events say of samples, by run. Tells whether an event did. */
export function heardOfSamples(known: Map<string, RunSamples>, { runId, step, name, data }: FeedEvent): boolean {
  if ((name !== "samples" && name !== "sample_images") || !data) return false;
  const own = known.get(runId) ?? { found: new Map<number, SamplesFound>() };
  known.set(runId, own);
  if (name === "samples") own.found.set(step, data as unknown as SamplesFound);
  else own.shown = data as unknown as NonNullable<RunSamples["shown"]>;
  return true;
}

/** Returns what was found at the last step up to one. */
export function foundUpTo(
  { found }: RunSamples,
  step: number,
): readonly [step: number, found: SamplesFound] | undefined {
  const at = Math.max(...[...found.keys()].filter((one) => one <= step));
  const of = found.get(at);
  return of && [at, of];
}

/** Takes so many of a list, one of every arm before a second of any; they keep their order. */
export function spreadOverArms<One>(all: readonly One[], most: number, armOf: (one: One) => string): readonly One[] {
  const ranks = new Map(
    [...grouped(all, armOf).values()].flatMap((alike) => alike.map((one, rank) => [one, rank] as const)),
  );
  const taken = new Set([...all].sort((a, b) => ranks.get(a)! - ranks.get(b)!).slice(0, most));
  return all.filter((one) => taken.has(one));
}

/** Lists the confusions that are counted most often, the most frequent first. */
export function commonConfusions({ confusion, classes }: SamplesFound, most: number) {
  return confusion
    .map((count, i) => ({ label: Math.floor(i / classes), prediction: i % classes, count }))
    .filter(({ label, prediction, count }) => label !== prediction && count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, most);
}
