// Colours and dashes by place, those of the reports: told apart by the colour-blind, and without colour by their dashes.

const ARMS = [
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
];
const INKS = [
  { ground: "#ffffff", text: "#1d1e20", muted: "#5b5b57", grid: "#ebe8e2", line: "#c9c5bc" },
  { ground: "#191a1d", text: "#eceae6", muted: "#aaa8a2", grid: "#2b2d31", line: "#4a4d53" },
];
const PLACES = { standard: 0, batchNorm: 1, noisyBatchNorm: 2, noisyStandard: 3, l1Norm: 2, l2Norm: 3, lInfNorm: 4 };

/** Colours of one side: "light" or "dark". */
export function palette(side) {
  const at = side === "dark" ? 1 : 0;
  return {
    side,
    ...INKS[at],
    arm: (place) => ARMS[place % ARMS.length][at],
    dash: (place) => DASHES[place % DASHES.length],
    /** Colour of a share from 0 to 1, from nothing to much; with a place, towards that arm's colour. */
    ramp: (share, place) =>
      mixStops(place === undefined ? RAMPS[at] : [INKS[at].ground, ARMS[place % ARMS.length][at]], share),
  };
}

/** A place per arm: the paper's arms have theirs, the others what is free, in order. */
export function placesOf(arms) {
  const places = new Map();
  const taken = () => new Set(places.values());
  for (const arm of arms) if (PLACES[arm] !== undefined && !taken().has(PLACES[arm])) places.set(arm, PLACES[arm]);
  for (const arm of arms) {
    if (places.has(arm)) continue;
    const free = ARMS.findIndex((_, place) => !taken().has(place));
    places.set(arm, free === -1 ? places.size : free);
  }
  return places;
}

function mixStops(stops, share) {
  const at = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const from = Math.min(stops.length - 2, Math.floor(at));
  const [a, b] = [channels(stops[from]), channels(stops[from + 1])];
  return `rgb(${a.map((value, i) => Math.round(value + (b[i] - value) * (at - from))).join(",")})`;
}

const channels = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
