/**
 * Signed distance, in pixels, from the outline of a drawn thing to the point (x, y) in its own frame: negative inside.
 * `r` is the radius of the circle around a shape, or half the period of a pattern; `wide` in [0, 1) varies its proportions.
 */
export type SignedDistance = (x: number, y: number, r: number, wide: number) => number;

const DEGREE = Math.PI / 180;
const SIN_60 = Math.sin(60 * DEGREE);
const FIFTH = 72 * DEGREE;

/** Measures the distance to a disc. */
export const disc: SignedDistance = (x, y, r) => Math.sqrt(x * x + y * y) - 0.92 * r;

/** Measures the distance to a ring. */
export const ring: SignedDistance = (x, y, r, wide) => {
  const half = (0.13 + 0.08 * wide) * r;
  return Math.abs(Math.sqrt(x * x + y * y) - (r - half)) - half;
};

const box = (x: number, y: number, halfWidth: number, halfHeight: number) =>
  Math.max(Math.abs(x) - halfWidth, Math.abs(y) - halfHeight);

/** Measures the distance to a square. */
export const square: SignedDistance = (x, y, r) => box(x, y, 0.78 * r, 0.78 * r);

/** Measures the distance to a triangle. */
export const triangle: SignedDistance = (x, y, r) => Math.max(y, SIN_60 * Math.abs(x) - 0.5 * y) - 0.5 * r;

/** Measures the distance to a cross. */
export const cross: SignedDistance = (x, y, r, wide) => {
  const arm = (0.2 + 0.12 * wide) * r;
  return Math.min(box(x, y, r, arm), box(x, y, arm, r));
};

/** Measures the distance to a star of five points: the plane is folded onto half a point, whose edge runs from the tip (0, r) to the notch. */
export const star: SignedDistance = (x, y, r, wide) => {
  const turn = Math.atan2(x, y) / FIFTH;
  const angle = Math.abs(turn - Math.round(turn)) * FIFTH;
  const distance = Math.sqrt(x * x + y * y);
  const notch = (0.38 + 0.1 * wide) * r;
  const notchX = notch * Math.sin(FIFTH / 2);
  const edgeY = notch * Math.cos(FIFTH / 2) - r;
  const fromTip = distance * Math.cos(angle) - r;
  return (notchX * fromTip - edgeY * distance * Math.sin(angle)) / Math.hypot(notchX, edgeY);
};

/** Distance along `x` to the nearest edge of bars of width `r` with gaps of width `r`. */
const bars = (x: number, r: number) => {
  const place = x / (2 * r);
  return Math.abs(place - Math.round(place)) * 2 * r - 0.5 * r;
};

/** Measures the distance to upright bars. */
export const verticalStripes: SignedDistance = (x, _y, r) => bars(x, r);

/** Measures the distance to lying bars. */
export const horizontalStripes: SignedDistance = (_x, y, r) => bars(y, r);

/** Measures the distance to the squares of a chequerboard. */
export const checker: SignedDistance = (x, y, r) => {
  const a = bars(x, r);
  const b = bars(y, r);
  return Math.min(Math.abs(a), Math.abs(b)) * (a < 0 === b < 0 ? -1 : 1);
};

/** Measures the distance to a grid of dots. */
export const dots: SignedDistance = (x, y, r, wide) => {
  const dx = x - 2 * r * Math.round(x / (2 * r));
  const dy = y - 2 * r * Math.round(y / (2 * r));
  return Math.sqrt(dx * dx + dy * dy) - (0.5 + 0.15 * wide) * r;
};

/** Measures the distance to a bar of half length `reach` along x with round ends of radius `r`. */
export const capsule = (x: number, y: number, r: number, reach: number) => {
  const dx = Math.max(Math.abs(x) - reach, 0);
  return Math.sqrt(dx * dx + y * y) - r;
};
