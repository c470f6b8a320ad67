/** A finger on a chart, by pixels from the left. */
export interface Finger {
  readonly start: number;
  now: number;
}

/** Finds the pixels between which all is to be shown, so that what was under either finger is under it again. */
export function pinched([a, b]: readonly [Finger, Finger], width: number): readonly [number, number] {
  const apart = Math.abs(b.now - a.now) < 1 ? 1 : b.now - a.now;
  const factor = (b.start - a.start) / apart;
  const ends = [a.start - factor * a.now, a.start + factor * (width - a.now)] as const;
  return factor > 0 ? ends : [0, width];
}
