/** Ground that colours stand on. */
export type Side = "light" | "dark";
type Pair = readonly [light: string, dark: string];

const INKS = {
  page: ["#f6f5f2", "#111214"],
  panel: ["#ffffff", "#191a1d"],
  line: ["#dcd8d0", "#34363b"],
  grid: ["#ebe8e2", "#26282c"],
  chosen: ["#e8e5de", "#26282c"],
  empty: ["#f6f5f2", "#1f2125"],
  text: ["#1d1e20", "#eceae6"],
  muted: ["#5b5b57", "#aaa8a2"],
  accent: ["#0b5cad", "#7db9f5"],
  good: ["#136b3d", "#5fcf95"],
  warn: ["#7a4a00", "#f0b35a"],
  bad: ["#b3261e", "#ff8f85"],
} as const satisfies Record<string, Pair>;
/** Told apart by the colour-blind, and without colour by the dashes of the same place. */
const ARMS: readonly Pair[] = [
  ["#0068a8", "#4fabe8"],
  ["#d1500a", "#f5854a"],
  ["#00875f", "#35c79b"],
  ["#a8417f", "#e38fc4"],
  ["#9c7400", "#e3bb45"],
  ["#5b52c7", "#a8a2ff"],
  ["#5c5c5c", "#b9b9b9"],
  ["#0f8a9d", "#52cfe0"],
];
const DASHES = [[], [11, 2.5], [6, 2.5], [2.5, 2.5], [11, 2.5, 2.5, 2.5], [6, 2.5, 2, 2.5], [1.5, 2], [4, 2, 4, 6]];
const RAMPS = [
  ["#f4f2ee", "#c9dcea", "#74b2d8", "#2271b5", "#08306b"],
  ["#1e2024", "#17456c", "#1f78b4", "#7cc4ea", "#f4fbff"],
] as const;

/** How many places of arms have a colour of their own. */
export const PLACES = ARMS.length;

/** Colours on one ground. */
export interface Palette extends Readonly<Record<keyof typeof INKS, string>> {
  readonly side: Side;
  arm(place: number): string;
  dash(place: number): readonly number[];
  /** Colour of a share from 0 to 1, from nothing to much; with a place, towards that arm's colour. */
  ramp(share: number, place?: number): string;
}

/** Gives the colours on light or on dark ground. */
export function palette(side: Side): Palette {
  const at = side === "dark" ? 1 : 0;
  const inks = Object.fromEntries(Object.entries(INKS).map(([name, pair]) => [name, pair[at]]));
  const arm = (place: number): string => ARMS[place % PLACES]![at];
  return {
    ...(inks as Record<keyof typeof INKS, string>),
    side,
    arm,
    dash: (place) => DASHES[place % DASHES.length]!,
    ramp: (share, place) => mixed(place === undefined ? RAMPS[at] : [INKS.panel[at], arm(place)], share),
  };
}

/** Gives the same colours as variables of CSS, by name: `--page`, …, `--arm-0`, …. */
export function variables(side: Side): Readonly<Record<string, string>> {
  const colours = palette(side);
  const inks = (Object.keys(INKS) as (keyof typeof INKS)[]).map((name) => [`--${name}`, colours[name]]);
  return Object.fromEntries([...inks, ...ARMS.map((_, place) => [`--arm-${place}`, colours.arm(place)])]) as Record<
    string,
    string
  >;
}

/** Colours steps by how far they have come, from 0 to 1: early ones blue, late ones red. */
export const stepColour = (share: number): string => mixed(["#2670e2", "#de3830"], share);

function mixed(stops: readonly string[], share: number): string {
  const at = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const from = Math.min(stops.length - 2, Math.floor(at));
  const [a, b] = [channels(stops[from]!), channels(stops[from + 1]!)];
  return `rgb(${a.map((value, i) => Math.round(value + (b[i]! - value) * (at - from))).join(",")})`;
}

const channels = (hex: string): number[] => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
