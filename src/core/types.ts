/**
 * The plain half of the project: everything here may be buffered, delayed, stored and sent. No tensor, no stream.
 */

/** Examples scaled for a network, with their labels, as plain typed arrays. */
export interface LabelledExamples {
  /** Number of examples. */
  readonly size: number;
  /** `size * product(shape)` values, example-major (NHWC for images). */
  readonly examples: Float32Array;
  /** `size` class indices, or for regression `size * units` target values. */
  readonly labels: Int32Array | Float32Array;
}

/** One minibatch. */
export interface Batch extends LabelledExamples {
  /** Optimizer step that consumes it, from 0. */
  readonly step: number;
  /** Epoch it belongs to, from 0. */
  readonly epoch: number;
  /** Shape of one example, without the batch axis: `[height, width, channels]` for images. */
  readonly shape: readonly number[];
  /** Name of its data set, such as `cifar10`. Absent: a source of your own. */
  readonly source?: string;
}

/** A data set in memory, ready to be cut into batches. */
export interface DataSet {
  readonly name: string;
  readonly classes: readonly string[];
  readonly shape: readonly number[];
  readonly train: Examples;
  readonly test: Examples;
}

/** Raw examples: pixels as bytes, and one label each. */
export interface Examples {
  readonly count: number;
  readonly shape: readonly number[];
  /** `count * product(shape)` bytes, example-major (NHWC). */
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
}

/**
 * Place of an activation in its layer: after the linear map, the normalization (the pre-activation) or the
 * non-linearity.
 */
export type Site = "linear" | "norm" | "output";
export const SITES: readonly Site[] = ["linear", "norm", "output"];

/** One number measured at one step. `layer` counts from 1; without it the reading is of the whole network. */
export interface Reading {
  readonly kind: "reading";
  readonly step: number;
  readonly probe: string;
  readonly stat: string;
  readonly layer?: number;
  readonly unit?: number;
  readonly distance?: number;
  readonly value: number;
}

/** Counts of a unit's (or, without `unit`, a whole layer's) activations in equal-width bins over [lo, hi]. */
export interface Histogram {
  readonly kind: "histogram";
  readonly step: number;
  readonly layer: number;
  readonly site: string;
  readonly unit?: number;
  readonly lo: number;
  readonly hi: number;
  readonly counts: readonly number[];
}

export type EventLevel = "info" | "warning" | "error";

/** Something that happened during a run: a probe disabled, a divergence, an interruption. */
export interface RunEvent {
  readonly kind: "event";
  readonly step: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly level: EventLevel;
  /** Short machine-readable name such as `diverged` or `probe_disabled`. */
  readonly name: string;
  readonly message: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Any record that a run emits. */
export type Recorded = Reading | Histogram | RunEvent;

/** State of a run. */
export type RunStatus = "running" | "completed" | "diverged" | "failed" | "interrupted";

/** Value of a hyper-parameter. */
export type HyperValue = number | string | boolean;
/** Hyper-parameters of a trial, by name. */
export type Hyper = Readonly<Record<string, HyperValue>>;

/** What a run trains and measures, known at its first batch, as plain values. */
export interface Training {
  /** Name of the data set, or `own source`. */
  readonly dataset: string;
  readonly network: string;
  /** Name and options of the optimizer. */
  readonly optimizer: NamedOptions;
  readonly lossName: string;
  /** Name of the activations operator, with its options where they are known. */
  readonly activations?: NamedOptions | undefined;
  readonly probes: readonly NamedOptions[];
}

/** A name with the options that something was made with. */
export interface NamedOptions {
  readonly name: string;
  readonly [option: string]: unknown;
}

/** One recorded execution of a trial, announced before its first step. */
export interface Run {
  readonly runId: string;
  readonly experiment: string;
  /** Path of the pipeline module as the user gave it. */
  readonly pipeline: string;
  readonly arm: string;
  readonly seed: number;
  readonly hyper: Hyper;
  /** Planned number of steps. */
  readonly steps: number;
  readonly backend: string;
  readonly dataset: string;
  readonly network: string;
  readonly codeVersion: string;
  readonly host: string;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  readonly sweepId?: string;
  readonly attempt: number;
}

/** A run as it stands, for whoever follows it. */
export interface RunState extends Omit<Run, "codeVersion" | "host" | "sweepId" | "attempt"> {
  readonly status: RunStatus;
  /** Milliseconds since the Unix epoch; null while it runs. */
  readonly endedAt: number | null;
  /** Last step seen, -1 before the first; of a run that diverged, the one whose loss is not finite. */
  readonly step: number;
  /** Recent steps per second while it runs; null before there is a pace, and when it has ended. */
  readonly stepsPerSecond: number | null;
}

/**
 * Where a run's records go. The source is pulled: a sink that is slow to ask for the next chunk slows training down
 * rather than letting memory grow. Resolves when the source has ended and everything is durable.
 */
export type Sink = (records: AsyncIterable<readonly Recorded[]>, run: Run) => Promise<void>;
