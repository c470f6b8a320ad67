import { formatWhole } from "./numbers.ts";

/** Our runs over the paper's steps. */
interface Stretch {
  /** What our steps are multiplied by. */
  readonly factor: number;
  /** The axis, which says so. */
  readonly label: string;
  /** The last of the paper's steps that is drawn. */
  readonly until: number;
}

/** The shortest run, as a part of the paper's steps, that stands beside the paper's step for step. */
const COMPARABLE = 0.1;

/** Part of a run that may lack at its end without being spoken of: last steps are not always recorded. */
const SLACK = 0.02;

/**
 * Places our steps on the paper's axis. From a tenth of the paper's steps on, step stands below step, and the paper's curve
 * ends where ours does, unless ours lacks less than a fiftieth of it. A shorter run, which shows little of training, is
 * drawn over the paper's whole width, and one twice as long or more over the paper's. Only steps are stretched; `ours` and
 * `paper` are the last ones, 0 where there are none.
 */
export function stretchOf(label: string, ours: number, paper: number): Stretch {
  const unchanged = { factor: 1, label, until: Infinity };
  if (label !== "step" || ours <= 0 || paper <= 0 || (ours > paper * (1 - SLACK) && ours < paper * 2)) return unchanged;
  if (ours < paper && ours >= COMPARABLE * paper) {
    const until = endOf(ours);
    return { factor: 1, label: `step (the paper's first ${formatWhole(until)} of ${formatWhole(paper)})`, until };
  }
  return {
    factor: paper / ours,
    label: `step (ours: ${formatWhole(ours)} drawn over the paper's ${formatWhole(paper)})`,
    until: Infinity,
  };
}

/** The round number that a run was to reach, where its last record is near: 3,000 for 2,980. */
function endOf(last: number): number {
  const round = Number(last.toPrecision(2));
  return round > last && last > round * (1 - SLACK) ? round : last;
}
