import type { Kind, Training } from "./peer.ts";

/** What a case is compared with: PyTorch doing the same, or another way, gradstream's bare step, or the floor. */
export interface Case {
  readonly title: string;
  readonly ours: Training;
  readonly theirs: { readonly who: "PyTorch" | "gradstream"; readonly kind: Kind; readonly name: string };
  /** Steps of each of a pair. */
  readonly steps: number;
  /** Pairs, of those asked for: costly cases take a share of them. */
  readonly share?: number;
  /** Largest ratio of times and of peak memory that is wanted. */
  readonly target: number;
  readonly memoryTarget?: number;
  /** Largest ratio to the floor, which is printed. */
  readonly floorTarget?: number;
}

const NATIVE: Training = { kind: "plain", backend: "tensorflow", norm: "batchNorm", width: 16, batch: 128, threads: 2 };
const pytorch = (kind: Kind) => ({ who: "PyTorch", kind, name: "PyTorch" }) as const;
const BARE_STEP = { who: "gradstream", kind: "plain", name: "bare step" } as const;

export const CASES: readonly Case[] = [
  { title: "bare step", ours: NATIVE, theirs: pytorch("plain"), steps: 6, target: 1, memoryTarget: 1.5 },
  {
    title: "bare step of the standard network",
    ours: { ...NATIVE, norm: "none" },
    theirs: pytorch("plain"),
    steps: 6,
    target: 1,
  },
  ...[32, 64].flatMap((width) => [
    {
      title: `bare step, ${width} filters`,
      ours: { ...NATIVE, width },
      theirs: pytorch("plain"),
      steps: 2,
      share: 0.5,
      target: 1,
    },
    {
      title: `bare step of the standard network, ${width} filters`,
      ours: { ...NATIVE, width, norm: "none" as const },
      theirs: pytorch("plain"),
      steps: 2,
      share: 0.5,
      target: 1,
    },
  ]),
  {
    title: "with noise",
    ours: { ...NATIVE, kind: "noise" },
    theirs: pytorch("noise"),
    steps: 3,
    target: 0.68,
    memoryTarget: 1.5,
  },
  { title: "noise", ours: { ...NATIVE, kind: "noise" }, theirs: BARE_STEP, steps: 3, target: 1.25 },
  {
    title: "bare step on wasm, one core",
    ours: { ...NATIVE, backend: "wasm", threads: 1 },
    theirs: pytorch("plain"),
    steps: 2,
    target: 2,
  },
  {
    title: "ICS and gradient steps at every step",
    ours: { ...NATIVE, kind: "measured" },
    theirs: pytorch("measured"),
    steps: 1,
    target: 0.95,
    floorTarget: 1.15,
  },
  {
    title: "ICS and gradient steps, against whole passes",
    ours: { ...NATIVE, kind: "measured" },
    theirs: { ...pytorch("plainly-measured"), name: "PyTorch, plainly" },
    steps: 1,
    target: 0.6,
  },
  {
    title: "norms and moments at every step",
    ours: { ...NATIVE, kind: "cheap" },
    theirs: BARE_STEP,
    steps: 6,
    target: 1.05,
    memoryTarget: 1.6,
  },
  {
    title: "ICS and gradient steps, for memory",
    ours: { ...NATIVE, kind: "measured" },
    theirs: BARE_STEP,
    steps: 1,
    target: Infinity,
    memoryTarget: 1.6,
  },
];
