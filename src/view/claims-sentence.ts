import { counted } from "./numbers.ts";

/** A verdict, and the scale of the runs that it is on: none where there is no verdict yet. */
interface Scaled {
  readonly verdict: string;
  readonly scale: string;
}

/** Writes how the verdicts on claims stand: a sentence for each scale, where there are several. */
export function claimsAnswer(judged: readonly Scaled[]): string {
  const unjudged = judged.filter(({ scale }) => scale === "");
  const scales = [...new Set(judged.map(({ scale }) => scale))].filter((scale) => scale !== "");
  const sentenceOf = (all: readonly Scaled[]): string => claimsSentence(all.map(({ verdict }) => verdict));
  if (scales.length < 2) return sentenceOf(judged);
  const ofScale = (scale: string) => [...judged.filter((one) => one.scale === scale), ...unjudged];
  return scales.map((scale) => `Scale ${scale}: ${sentenceOf(ofScale(scale))}`).join(" ");
}

/** Writes how the verdicts on claims stand, in one sentence: `18 of 21 claims are reproduced, 2 are not, 1 is not testable.` */
export function claimsSentence(verdicts: readonly string[]): string {
  const count = (verdict: string): number => verdicts.filter((one) => one === verdict).length;
  const all = verdicts.length;
  const judged = all - count("not judged yet");
  if (judged === 0) return all === 0 ? "No claim is known here." : `None of ${counted(all, "claim")} is judged yet.`;
  const are = (number: number): string => (number === 1 ? "is" : "are");
  const held = count("reproduced");
  const rest = [
    ["not reproduced", "not"],
    ["not testable", "not testable"],
    ["not judged yet", "not judged yet"],
  ].flatMap(([verdict, text]) => (count(verdict!) === 0 ? [] : [`${count(verdict!)} ${are(count(verdict!))} ${text}`]));
  return `${[`${held} of ${counted(all, "claim")} ${are(held)} reproduced`, ...rest].join(", ")}.`;
}
