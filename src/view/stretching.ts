import { formatWhole } from "./numbers.ts";

/** Our runs over the paper's steps. */
export interface Stretch {
  /** What our steps are multiplied by. */
  readonly factor: number;
  /** The axis, which says so. */
  readonly label: string;
}

/**
 * Draws runs that are half the paper's or less, or twice as long or more, over its whole width: the same part of training
 * stands below itself. Only steps are stretched; `ours` and `paper` are the last ones, 0 where there are none.
 */
export function stretchOf(label: string, ours: number, paper: number): Stretch {
  if (label !== "step" || ours <= 0 || paper <= 0 || (ours > paper / 2 && ours < paper * 2))
    return { factor: 1, label };
  return {
    factor: paper / ours,
    label: `step (ours: ${formatWhole(ours)} drawn over the paper's ${formatWhole(paper)})`,
  };
}
