/** A run under way: its arm, the steps that are left, its pace in steps per second, null where it has none yet. */
interface Going {
  readonly arm: string;
  readonly left: number;
  readonly pace: number | null;
}

/** A trial that has not begun. */
interface Queued {
  readonly arm: string;
  readonly steps: number;
}

/**
 * Returns the seconds until all is trained: queued trials follow, in their order, where a run ends first. Trials of an arm are as
 * fast as its runs, others as runs are on average. Undefined where none has a pace.
 */
export function timeLeft(going: readonly Going[], queued: readonly Queued[] = []): number | undefined {
  const paced = going.filter(({ pace }) => pace !== null && Number.isFinite(pace) && pace > 0);
  if (paced.length === 0) return undefined;
  const meanOf = (some: readonly Going[]): number => some.reduce((sum, { pace }) => sum + pace!, 0) / some.length;
  const usual = meanOf(paced);
  const paceOf = (arm: string): number => {
    const own = paced.filter((one) => one.arm === arm);
    return own.length > 0 ? meanOf(own) : usual;
  };
  const ends = going.map((one) => Math.max(0, one.left) / (paced.includes(one) ? one.pace! : paceOf(one.arm)));
  for (const { arm, steps } of queued) {
    const first = ends.indexOf(Math.min(...ends));
    ends[first]! += steps / paceOf(arm);
  }
  return Math.max(...ends);
}
