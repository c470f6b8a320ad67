/** What a measured number must be to pass. */
interface Criterion {
  readonly is: "at most" | "at least";
  /** The threshold itself does not pass. */
  readonly strict: boolean;
  readonly threshold: number;
}

/** Writes `≤ 0.6`, or `< 0.6` where the threshold itself does not pass. */
export function criterionOf({ is, strict, threshold }: Criterion): string {
  const sign = is === "at most" ? (strict ? "<" : "≤") : strict ? ">" : "≥";
  return `${sign} ${Number(threshold.toPrecision(3))}`;
}
