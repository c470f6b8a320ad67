import { grouped } from "./grouped.ts";
import { formatNumber } from "./numbers.ts";

/** How a run stands, with its last numbers; null or not finite where it has none. */
export interface RunOutcome {
  readonly arm: string;
  readonly seed: number;
  readonly status: string;
  readonly loss: number | null;
  readonly trainAccuracy: number | null;
  readonly testAccuracy: number | null;
}

/** What arms are compared by, the first that every arm with numbers has. */
const MEASURES = [
  { key: "testAccuracy", name: "test accuracy", isShare: true },
  { key: "trainAccuracy", name: "training accuracy", isShare: true },
  { key: "loss", name: "loss", isShare: false },
] as const;
type ComparedBy = (typeof MEASURES)[number];

/** An arm with the mean and range of its seeds. */
interface Scored {
  readonly arm: string;
  readonly seeds: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

const BASELINE = "standard";
const WORDS = "no one two three four five six seven eight nine ten eleven twelve".split(" ");
const inWords = (count: number): string => WORDS[count] ?? String(count);

/**
 * Writes the answer of runs of one experiment in one sentence with numbers: which arm leads, against which, over how many seeds,
 * what a variant of it costs, and what went wrong. What a run had come to before it diverged is no result of its arm.
 */
export function openingSentence(runs: readonly RunOutcome[]): string {
  if (runs.length === 0) return "No runs yet.";
  const standing = settled(runs.filter(({ status }) => status !== "diverged"));
  const measure =
    MEASURES.find((one) => isOfAll(standing, one)) ?? MEASURES.find(({ key }) => standing.some(hasNumber(key)));
  const scored = measure ? scoresOf(standing, measure) : [];
  const troubles = troublesOf(runs);
  if (!measure || scored.length === 0) return `${capitalized(troubles ?? "nothing is measured yet")}.`;
  const soFar = runs.some(({ status }) => status === "running") ? "so far " : "";
  const parts = [`${soFar}${leadOf(scored, measure)}`, variantOf(scored, measure), troubles];
  return `${capitalized(parts.filter((part) => part !== undefined).join("; "))}.`;
}

/** Leaves out runs under way of arms of which others have ended: a seed that has just begun says nothing of its arm. */
function settled(runs: readonly RunOutcome[]): RunOutcome[] {
  return [...grouped(runs, ({ arm }) => arm).values()].flatMap((own) => {
    const ended = own.filter(({ status }) => status !== "running");
    return ended.some(isMeasured) ? ended : own;
  });
}

const hasNumber =
  (key: ComparedBy["key"]) =>
  (run: RunOutcome): boolean =>
    run[key] !== null && Number.isFinite(run[key]);

const isMeasured = (run: RunOutcome): boolean => MEASURES.some(({ key }) => hasNumber(key)(run));

/** Tells whether every arm that has any number has this one. */
function isOfAll(runs: readonly RunOutcome[], { key }: ComparedBy): boolean {
  const arms = [...grouped(runs, ({ arm }) => arm).values()];
  const measured = arms.filter((own) => own.some(isMeasured));
  return measured.length > 0 && measured.every((own) => own.some(hasNumber(key)));
}

/** The best arm first. */
function scoresOf(runs: readonly RunOutcome[], { key, isShare }: ComparedBy): Scored[] {
  const arms = [...grouped(runs.filter(hasNumber(key)), ({ arm }) => arm)].map(([arm, own]) => {
    const values = own.map((run) => run[key]!);
    const mean = values.reduce((a, b) => a + b) / values.length;
    const seeds = new Set(own.map(({ seed }) => seed)).size;
    return { arm, seeds, mean, low: Math.min(...values), high: Math.max(...values) };
  });
  return arms.sort((a, b) => (isShare ? b.mean - a.mean : a.mean - b.mean));
}

function leadOf(scored: readonly Scored[], measure: ComparedBy): string {
  const [best, next] = scored;
  const { isShare } = measure;
  if (!next) return `${best!.arm} reaches ${named(measure, shown([best!.mean], isShare)[0]!)}, ${seedsOf(scored)}`;
  const other = scored.find(({ arm }) => arm === BASELINE && arm !== best!.arm) ?? next;
  const [mine, theirs] = shown([best!.mean, other.mean], isShare);
  if (mine === theirs)
    return `${best!.arm} and ${other.arm} are level at ${named(measure, mine!)}, ${seedsOf([best!, other])}`;
  const overlap = isShare ? other.high >= best!.low : other.low <= best!.high;
  const doubt = overlap && best!.seeds > 1 ? ", though their seeds overlap" : "";
  const numbers = `${named(measure, mine!)} against ${theirs} of ${other.arm}`;
  return `${best!.arm} leads: ${numbers}, ${seedsOf([best!, other])}${doubt}`;
}

const named = ({ name, isShare }: ComparedBy, text: string): string =>
  isShare ? `${text} ${name}` : `${name} ${text}`;

/** Writes numbers alike, with as few digits as tell them apart. */
function shown(values: readonly number[], isShare: boolean): string[] {
  const at = (digits: number): string[] =>
    values.map((value) => (isShare ? `${(100 * value).toFixed(digits)} %` : formatNumber(value, digits + 3)));
  const isApart = (texts: readonly string[]) => new Set(texts).size === texts.length;
  return isApart(at(0)) ? at(0) : at(1);
}

/** What the leader's variant costs it, or what it gives to the arm that it is a variant of: `noisyBatchNorm` of `batchNorm`. */
function variantOf(scored: readonly Scored[], { isShare }: ComparedBy): string | undefined {
  const [best] = scored;
  const prefixOf = (variant: string, of: string): string | undefined => {
    const end = of.charAt(0).toUpperCase() + of.slice(1);
    return variant.endsWith(end) && variant.length > end.length ? variant.slice(0, -end.length) : undefined;
  };
  for (const other of scored.slice(1)) {
    const costing = prefixOf(other.arm, best!.arm);
    const giving = prefixOf(best!.arm, other.arm);
    const prefix = costing ?? giving;
    if (prefix === undefined) continue;
    const what = prefix === "noisy" ? "the noise" : `“${prefix}”`;
    const gap = Math.abs(best!.mean - other.mean);
    const size = isShare ? points(gap) : `${formatNumber(gap, 2)} of loss`;
    return `${what} ${costing === undefined ? "gives" : "costs"} it ${size}`;
  }
  return undefined;
}

function points(gap: number): string {
  if (100 * gap < 0.05) return "nothing";
  const rounded = 100 * gap >= 1 ? Math.round(100 * gap) : Number((100 * gap).toFixed(1));
  return `${rounded} ${rounded === 1 ? "point" : "points"}`;
}

function seedsOf(scored: readonly Scored[]): string {
  const counts = scored.map(({ seeds }) => seeds);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const range = least === most ? inWords(most) : `${inWords(least)} to ${inWords(most)}`;
  return `${range} ${most === 1 ? "seed" : "seeds"}`;
}

/** What went wrong, by arm: `standard diverged`, `batchNorm diverged in one of two runs`. */
function troublesOf(runs: readonly RunOutcome[]): string | undefined {
  const bad = ["diverged", "failed", "interrupted"].flatMap((status) => {
    const hit = runs.filter((run) => run.status === status);
    if (hit.length === 0) return [];
    const everyOne = runs.length === 1 ? `the run of ${hit[0]!.arm}` : "every run";
    if (hit.length === runs.length) return [`${everyOne} ${told(status, runs.length)}`];
    const arms = [...grouped(hit, ({ arm }) => arm)].map(([arm, own]) => {
      const all = runs.filter((run) => run.arm === arm).length;
      return own.length === all ? arm : `${arm} (${inWords(own.length)} of ${inWords(all)})`;
    });
    const listed = arms.length > 3 ? `${inWords(hit.length)} of ${inWords(runs.length)} runs` : arms.join(" and ");
    return [`${listed} ${told(status, hit.length)}`];
  });
  return bad.length === 0 ? undefined : bad.join(", ");
}

const told = (status: string, count: number): string =>
  status === "interrupted" ? `${count === 1 ? "was" : "were"} interrupted` : status;

const capitalized = (text: string): string =>
  /^(so far|the|every|no|nothing) /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
