/** `--name` of each colour, on light and on dark ground. Arms' colours are those of the live page. */
const COLOURS: Record<string, readonly [string, string]> = {
  page: ["#f6f5f2", "#111214"],
  panel: ["#ffffff", "#191a1d"],
  line: ["#dcd8d0", "#34363b"],
  grid: ["#ebe8e2", "#26282c"],
  text: ["#1d1e20", "#eceae6"],
  muted: ["#5b5b57", "#aaa8a2"],
  accent: ["#0b5cad", "#7db9f5"],
  good: ["#136b3d", "#5fcf95"],
  bad: ["#b3261e", "#ff8f85"],
  open: ["#7a4a00", "#f0b35a"],
  "arm-0": ["#0068a8", "#4fabe8"],
  "arm-1": ["#d1500a", "#f5854a"],
  "arm-2": ["#00875f", "#35c79b"],
  "arm-3": ["#a8417f", "#e38fc4"],
  "arm-4": ["#9c7400", "#e3bb45"],
  "arm-5": ["#5b52c7", "#a8a2ff"],
  "arm-6": ["#5c5c5c", "#b9b9b9"],
  "arm-7": ["#0f8a9d", "#52cfe0"],
};
const ARM_COLOURS = 8;
const PLACES: Record<string, number> = {
  standard: 0,
  batchNorm: 1,
  noisyBatchNorm: 2,
  noisyStandard: 3,
  l1Norm: 2,
  l2Norm: 3,
  lInfNorm: 4,
};

export function declarations(ground: "light" | "dark"): string {
  const side = ground === "light" ? 0 : 1;
  return Object.entries(COLOURS)
    .map(([name, pair]) => `--${name}: ${pair[side]};`)
    .join(" ");
}

/** The same drawing with the light colours written out, for programs that know no variables. */
export function onLightGround(svg: string): string {
  return svg.replace(/var\(--([\w-]+)\)/g, (whole, name: string) => COLOURS[name]?.[0] ?? whole);
}

/** A colour per arm of one figure; the paper's arms keep theirs in all of them. */
export function armColours(arms: readonly string[]): Map<string, string> {
  const places = new Map<string, number>();
  const taken = new Set<number>();
  const take = (arm: string, place: number | undefined) => {
    if (place === undefined || taken.has(place) || places.has(arm)) return;
    places.set(arm, place);
    taken.add(place);
  };
  for (const arm of arms) take(arm, PLACES[arm]);
  for (const arm of arms) take(arm, PLACES[arm.split(",")[0]!]);
  for (const arm of arms) {
    const free = Array.from({ length: ARM_COLOURS }, (_, place) => place).find((place) => !taken.has(place));
    take(arm, free);
    if (!places.has(arm)) places.set(arm, places.size % ARM_COLOURS);
  }
  return new Map(arms.map((arm) => [arm, `var(--arm-${places.get(arm)!})`]));
}

/** Early steps blue, late ones red. */
export function stepColour(share: number): string {
  const mix = (from: number, to: number) => Math.round(from + (to - from) * share);
  return `rgb(${mix(38, 222)},${mix(112, 56)},${mix(226, 48)})`;
}
