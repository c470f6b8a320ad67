import { fold, randomBits, uniform, type Key } from "../core/random.ts";
import * as sdf from "./signed-distance.ts";

export const SIDE = 32;
const VALUES = SIDE * SIDE * 3;

/** What makes the set hard; lengths in pixels, colours in [0, 1], angles in radians. */
const DIFFICULTY = {
  /** Radius of a shape, half period of a pattern: least and greatest. */
  shapeRadius: [6, 13],
  patternRadius: [2.4, 4.8],
  /** How far a pattern of stripes may lean; the other classes turn freely. */
  stripeLean: 0.3,
  /** Least distance in RGB between the shape's colour and the background's. */
  contrast: 0.45,
  opacity: [0.6, 1],
  /** Strength of the background's gradient and of the waves that run over everything. */
  gradient: 0.35,
  wave: 0.13,
  /** Greatest count of stray bars and blobs behind and before the shape. */
  clutter: 4,
  occluders: 2,
  /** Half the range of each pixel's noise. */
  noise: 0.16,
} as const;

interface Kind {
  readonly name: string;
  readonly distance: sdf.SignedDistance;
  readonly pattern: boolean;
  readonly lean: number;
}

const shape = (name: string, distance: sdf.SignedDistance): Kind => ({ name, distance, pattern: false, lean: Math.PI });
const pattern = (name: string, distance: sdf.SignedDistance, lean: number): Kind => ({
  name,
  distance,
  pattern: true,
  lean,
});

export const SHAPE_KINDS: readonly Kind[] = [
  shape("disc", sdf.disc),
  shape("ring", sdf.ring),
  shape("square", sdf.square),
  shape("triangle", sdf.triangle),
  shape("cross", sdf.cross),
  shape("star", sdf.star),
  pattern("horizontal stripes", sdf.horizontalStripes, DIFFICULTY.stripeLean),
  pattern("vertical stripes", sdf.verticalStripes, DIFFICULTY.stripeLean),
  pattern("checker", sdf.checker, Math.PI),
  pattern("dots", sdf.dots, Math.PI),
];

type Colour = readonly [number, number, number];
type Between = (lo: number, hi: number) => number;

const canvas = new Float32Array(VALUES);

/** Draws one example of class `label` into `out[at ...]`: 32x32x3 bytes that depend on `key` and `label` alone. */
export function drawShape(key: Key, label: number, out: Uint8Array, at: number): void {
  const draws = uniform(key, 128);
  let drawn = 0;
  const between: Between = (lo, hi) => lo + draws[drawn++]! * (hi - lo);
  const colour = (): Colour => [between(0, 1), between(0, 1), between(0, 1)];

  const ground = colour();
  let figure = colour();
  for (let tries = 0; tries < 8 && apart(ground, figure) < DIFFICULTY.contrast; tries++) figure = colour();

  paintGround(ground, between);
  strew(Math.floor(between(0, DIFFICULTY.clutter + 1)), between, colour);
  paintFigure(SHAPE_KINDS[label]!, figure, between);
  strew(Math.floor(between(0, DIFFICULTY.occluders + 1)), between, colour);
  addWaves(between);
  develop(fold(key, "noise"), out, at);
}

const apart = (a: Colour, b: Colour) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

function paintGround(ground: Colour, between: Between): void {
  const angle = between(0, 2 * Math.PI);
  const tilt = (): number => (between(-1, 1) * DIFFICULTY.gradient) / SIDE;
  const [red, green, blue] = [tilt(), tilt(), tilt()];
  const [dx, dy] = [Math.cos(angle), Math.sin(angle)];
  let to = 0;
  for (let y = -SIDE / 2; y < SIDE / 2; y++) {
    for (let x = -SIDE / 2; x < SIDE / 2; x++) {
      const along = dx * x + dy * y;
      canvas[to++] = ground[0] + red * along;
      canvas[to++] = ground[1] + green * along;
      canvas[to++] = ground[2] + blue * along;
    }
  }
}

function paintFigure(kind: Kind, colour: Colour, between: Between): void {
  const [least, greatest] = kind.pattern ? DIFFICULTY.patternRadius : DIFFICULTY.shapeRadius;
  const radius = between(least, greatest);
  const room = Math.max(0, SIDE / 2 - 0.85 * radius);
  const x = SIDE / 2 + between(-room, room);
  const y = SIDE / 2 + between(-room, room);
  const angle = between(-kind.lean, kind.lean);
  const wide = between(0, 1);
  const opacity = between(...DIFFICULTY.opacity);
  const extent = kind.pattern ? 2 * SIDE : radius;
  paint({ x, y, angle, extent, colour, opacity }, (u, v) => kind.distance(u, v, radius, wide));
}

/** Bars and blobs at random places, smaller than the shapes. */
function strew(count: number, between: Between, colour: () => Colour): void {
  for (let i = 0; i < count; i++) {
    const radius = between(0.6, 2.2);
    const reach = between(0, 5);
    const [x, y, angle] = [between(0, SIDE), between(0, SIDE), between(0, Math.PI)];
    const stray = { x, y, angle, extent: radius + reach, colour: colour(), opacity: between(0.5, 1) };
    paint(stray, (u, v) => sdf.capsule(u, v, radius, reach));
  }
}

/** Place, rotation (radians), size (pixels) and look of a thing to paint. */
interface Painted {
  readonly x: number;
  readonly y: number;
  readonly angle: number;
  readonly extent: number;
  readonly colour: Colour;
  readonly opacity: number;
}

/** Blends `colour` over the canvas where `distance` is negative; its edge is one pixel soft. */
function paint(
  { x, y, angle, extent, colour, opacity }: Painted,
  distance: (u: number, v: number) => number,
): void {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [left, top] = [Math.max(0, Math.floor(x - extent - 1)), Math.max(0, Math.floor(y - extent - 1))];
  const [right, bottom] = [Math.min(SIDE, Math.ceil(x + extent + 1)), Math.min(SIDE, Math.ceil(y + extent + 1))];
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      const dx = column + 0.5 - x;
      const dy = row + 0.5 - y;
      const inside = 0.5 - distance(cos * dx + sin * dy, cos * dy - sin * dx);
      if (inside <= 0) continue;
      const cover = opacity * (inside < 1 ? inside : 1);
      const to = (row * SIDE + column) * 3;
      canvas[to] = canvas[to]! + cover * (colour[0] - canvas[to]!);
      canvas[to + 1] = canvas[to + 1]! + cover * (colour[1] - canvas[to + 1]!);
      canvas[to + 2] = canvas[to + 2]! + cover * (colour[2] - canvas[to + 2]!);
    }
  }
}

/** Two plane waves of brightness over figure and ground alike, as texture. */
function addWaves(between: Between): void {
  for (let wave = 0; wave < 2; wave++) {
    const angle = between(0, 2 * Math.PI);
    const pace = between(0.15, 0.9);
    const phase = between(0, 2 * Math.PI);
    const strength = between(0, DIFFICULTY.wave);
    const [dx, dy] = [pace * Math.cos(angle), pace * Math.sin(angle)];
    let to = 0;
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        const light = strength * Math.sin(dx * x + dy * y + phase);
        canvas[to] = canvas[to]! + light;
        canvas[to + 1] = canvas[to + 1]! + light;
        canvas[to + 2] = canvas[to + 2]! + light;
        to += 3;
      }
    }
  }
}

/** Adds noise, uniform and independent per value, and rounds to bytes. One random word serves the three channels. */
function develop(key: Key, out: Uint8Array, at: number): void {
  const words = randomBits(key, SIDE * SIDE);
  const scale = (2 * DIFFICULTY.noise * 255) / 1024;
  const offset = 0.5 - DIFFICULTY.noise * 255;
  for (let pixel = 0, to = 0; pixel < words.length; pixel++) {
    for (let word = words[pixel]!, channel = 0; channel < 3; channel++, to++, word >>>= 10) {
      const value = canvas[to]! * 255 + (word & 1023) * scale + offset;
      out[at + to] = value < 0 ? 0 : value > 255 ? 255 : value;
    }
  }
}
