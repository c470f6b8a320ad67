// Which probes fill what is drawn, and how a run comes to have them.

import type { Declaration, DeclaredArm, NamedOptions } from "../../feed/client/index.ts";

/** Probes, any of which fills a panel or a page; `option`: one that they must have been made with. */
export interface Need {
  readonly probes: readonly string[];
  readonly option?: string;
}

/** What is declared of runs, by their ids. */
export type Declared = ReadonlyMap<string, DeclaredArm>;

/** Returns what is declared of each run. */
export function declaredOf(declarations: readonly Declaration[]): Declared {
  return new Map(
    declarations.flatMap(({ arms, trials }) =>
      trials.flatMap(({ arm, runId }) => (runId === null ? [] : [[runId, arms[arm]!] as const])),
    ),
  );
}

/**
 * Tells whether runs give what is needed: whether a probe of any of them records it. Undefined where none is known to, and what
 * some measure is not known.
 */
export function gives(
  declared: Declared,
  runs: readonly { readonly runId: string }[],
  need: Need,
): boolean | undefined {
  const answers = runs.map(({ runId }) => declared.get(runId)?.probes?.some((probe) => fills(probe, need)));
  if (answers.includes(true)) return true;
  return runs.length === 0 || answers.includes(undefined) ? undefined : false;
}

const fills = (probe: NamedOptions, { probes, option }: Need): boolean =>
  probes.includes(probe.name) && probe["misfit"] === undefined && (option === undefined || probe[option] === true);

/** Returns why a probe that was asked for cannot measure any of these runs, one reason; undefined where it was not asked for. */
export function misfitOf(
  declared: Declared,
  runs: readonly { readonly runId: string }[],
  need: Need,
): string | undefined {
  const asked = runs.flatMap(({ runId }) => declared.get(runId)?.probes ?? []);
  const misfits = asked.filter(({ name }) => need.probes.includes(name)).map((probe) => probe["misfit"]);
  return misfits.find((reason) => typeof reason === "string");
}

/** What of a page's runs fills it, by its address; pages that always have something are not here. */
export const PAGE_NEEDS: Readonly<Record<string, Need>> = {
  "activations.html": { probes: ["moments", "histogram"] },
  "ics.html": { probes: ["ics"] },
  "landscape.html": { probes: ["gradient_steps", "random_steps"] },
  "gradients.html": { probes: ["norms"] },
};

/** How a run comes to have a probe: the line in a pipeline, and a pipeline that ships with it. */
interface Filling {
  readonly line: string;
  readonly pipeline: string;
}

const DISTANCES = "distances: { learningRates: [0.5, 1, 2, 4] }";

const FILLINGS: Readonly<Record<string, Filling>> = {
  loss: { line: "loss()", pipeline: "noisy-batchnorm" },
  accuracy: { line: "accuracy()", pipeline: "noisy-batchnorm" },
  moments: { line: "moments({ when: every(20) })", pipeline: "landscape" },
  "moments kurtosis": { line: "moments({ kurtosis: true, when: every(20) })", pipeline: "landscape" },
  histogram: { line: "histogram({ when: every(100) })", pipeline: "landscape" },
  ics: { line: "ics({ when: every(100) })", pipeline: "landscape" },
  gradient_steps: { line: `gradientSteps({ ${DISTANCES}, when: every(100) })`, pipeline: "landscape" },
  random_steps: {
    line: `gradientSteps({ direction: "random", ${DISTANCES}, when: every(100) })`,
    pipeline: "landscape",
  },
  norms: { line: "norms({ when: every(20) })", pipeline: "landscape" },
};

/** Returns how runs come to give what is needed: by the first of its probes that is known here. */
export function fillingOf({ probes, option }: Need): Filling | undefined {
  const names = probes.map((name) => (option === undefined ? name : `${name} ${option}`));
  return names.flatMap((name) => (Object.hasOwn(FILLINGS, name) ? [FILLINGS[name]!] : []))[0];
}

/** Returns the command that trains a pipeline which gives it. */
export const fillingCommand = ({ pipeline }: Filling): string => `npx gradstream run ${pipeline} --scale quick`;
