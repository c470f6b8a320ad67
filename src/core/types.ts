/**
 * The plain half of the project: everything here may be buffered, delayed, stored and sent. No tensor, no stream.
 */

/** Examples scaled for a network, with their labels, as plain typed arrays. */
export interface LabelledExamples {
  /** Number of examples. */
  readonly size: number;
  /** `size * product(shape)` values, example by example (NHWC for images). */
  readonly examples: Float32Array;
  /** `size` class indices, or for regression `size * units` target values. */
  readonly labels: Int32Array | Float32Array;
  /** Names of the classes, in the order of the labels, where their data set has names. Default: none. */
  readonly classes?: readonly string[] | undefined;
}

/** One minibatch. */
export interface Batch extends LabelledExamples {
  /** Optimizer step that takes it, from 0. */
  readonly step: number;
  /** Epoch it belongs to, from 0. */
  readonly epoch: number;
  /** Shape of one example, without the batch axis: `[height, width, channels]` for images. */
  readonly shape: readonly number[];
  /** Name of its data set, such as `cifar10`. Default: a source of your own. */
  readonly source?: string;
}

/** A number that is moved by hand while a run trains. */
export interface Slider {
  /** Least value. */
  readonly low: number;
  /** Greatest value. */
  readonly high: number;
  /** Value that a run begins with. */
  readonly initial: number;
  /** Distance between neighbouring values, counted from `low`. Default: every value between is one. */
  readonly step?: number;
  /** Whether equal moves are equal factors. Default false. */
  readonly log?: boolean;
}

/** Sliders by the names of what they move. */
export type Sliders = Readonly<Record<string, Slider>>;

/** A data set in memory. */
export interface DataSet {
  /** Name, for records: `cifar10`. */
  readonly name: string;
  /** Names of the classes, in the order of the labels; empty for targets. */
  readonly classes: readonly string[];
  /** Shape of one example: `[height, width, channels]`. */
  readonly shape: readonly number[];
  /** SHA-256 of its contents, for records, where it was read from files. Default: none. */
  readonly hash?: string;
  /** Text by which `openDataSet` opens it again, with paths in full, where that is not its name. Default: its name. */
  readonly from?: string;
  /** Training set. */
  readonly train: RawExamples;
  /** Test set. */
  readonly test: RawExamples;
}

/** Examples as bytes or numbers, with a label or targets each. */
export interface RawExamples {
  /** Number of examples. */
  readonly count: number;
  /** Shape of one example: `[height, width, channels]`. */
  readonly shape: readonly number[];
  /**
   * `count * product(shape)` values, example by example (NHWC): bytes, which are scaled to [-1, 1], or numbers, which are
   * taken as they are.
   */
  readonly pixels: Uint8Array | Float32Array;
  /** `count` class indices, or for regression `count * units` target values. */
  readonly labels: Uint8Array | Uint16Array | Float32Array;
}

/**
 * Place of an activation in its layer: after the linear map, the normalization (the pre-activation) or the
 * non-linearity.
 */
export type Site = "linear" | "norm" | "output";
export const SITES: readonly Site[] = ["linear", "norm", "output"];

/** One number measured at one step. */
export interface Reading {
  /** Kind of record. */
  readonly kind: "reading";
  /** Step, from 0. */
  readonly step: number;
  /** Name of the probe. */
  readonly probe: string;
  /** Name of the number among those of the probe. */
  readonly stat: string;
  /** Number of the layer, from 1. Default: the whole network. */
  readonly layer?: number;
  /** Unit, from 0, or a rank where the probe says so. Default: none. */
  readonly unit?: number;
  /** Distance η walked along a direction. Default: none. */
  readonly distance?: number;
  /** Value; not finite where the measurement is not. */
  readonly value: number;
}

/** Counts of activations in bins of equal width over [lo, hi]. */
export interface Histogram {
  /** Kind of record. */
  readonly kind: "histogram";
  /** Step, from 0. */
  readonly step: number;
  /** Number of the layer, from 1. */
  readonly layer: number;
  /** Site of the activations. */
  readonly site: string;
  /** Unit, from 0. Default: all units of the layer together. */
  readonly unit?: number;
  /** Lower edge of the first bin. */
  readonly lo: number;
  /** Upper edge of the last bin. */
  readonly hi: number;
  /** Number of values in each bin. */
  readonly counts: readonly number[];
}

/** Severity of an event. */
export type EventLevel = "info" | "warning" | "error";

/** An event of a run: a probe disabled, a divergence, an interruption. */
export interface RunEvent {
  /** Kind of record. */
  readonly kind: "event";
  /** Step at which it happened, from 0. */
  readonly step: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** Severity. */
  readonly level: EventLevel;
  /** Short name for programs, such as `diverged` or `probe_disabled`. */
  readonly name: string;
  /** One line for readers. */
  readonly message: string;
  /** Details as plain values. Default: none. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Any record that a run emits: a reading, a histogram or an event. */
export type Recorded = Reading | Histogram | RunEvent;

/** State of a run. */
export type RunStatus = "running" | "completed" | "diverged" | "failed" | "interrupted";

/** Value of a hyper-parameter. */
export type HyperValue = number | string | boolean;
/** Hyper-parameters of a trial, by name. */
export type Hyper = Readonly<Record<string, HyperValue>>;

/** Description of what a run trains and measures, known at its first batch, as plain values. */
export interface Training {
  /** Name of the data set, or `own source`. */
  readonly dataset: string;
  /** Name of the network. */
  readonly network: string;
  /** Name and options of the optimizer. */
  readonly optimizer: NamedOptions;
  /** Title of the loss. */
  readonly lossName: string;
  /** Name of the activations operator, with its options where they are known. */
  readonly activations?: NamedOptions | undefined;
  /** Names and options of the probes. */
  readonly probes: readonly NamedOptions[];
  /** Layers of the network. Default: not known. */
  readonly layers?: readonly TrainedLayer[];
  /** Version and device of the backend. Default: not known. */
  readonly backendDetail?: string | undefined;
}

/** A numbered layer of a network as records describe it, as plain values. */
export interface TrainedLayer {
  /** Number, from 1. */
  readonly layer: number;
  /** Name of its linear map: `conv3x3(64)`. */
  readonly name: string;
  /** Sites at which it shows activations. */
  readonly sites: readonly string[];
  /** Names of its parts, in order of computation. */
  readonly parts: readonly string[];
  /** Shape of what it shows at site `output`, without the batch axis. Default: not known. */
  readonly shape?: readonly number[];
  /** Number of its parameters. Default: not known. */
  readonly parameters?: number;
}

/** A name, with the options that something was made with. */
export interface NamedOptions {
  /** Name, such as that of a probe or an optimizer. */
  readonly name: string;
  readonly [option: string]: unknown;
}

/** One recorded execution of a trial, announced before its first step. */
export interface Run {
  /** Unique id: `experiment/arm/seed/…`. */
  readonly runId: string;
  /** Name of the experiment. */
  readonly experiment: string;
  /** Path of the pipeline module as the user gave it. */
  readonly pipeline: string;
  /** Name of the arm. */
  readonly arm: string;
  /** Seed of the trial. */
  readonly seed: number;
  /** Hyper-parameters of the trial. */
  readonly hyper: Hyper;
  /** Planned number of steps. */
  readonly steps: number;
  /** Name of the backend. */
  readonly backend: string;
  /** Name of the data set. */
  readonly dataset: string;
  /** Name of the network. */
  readonly network: string;
  /** Version of gradstream, with the commit where it is known. */
  readonly codeVersion: string;
  /** Name of the machine. */
  readonly host: string;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** Sweep that it belongs to. Default: none. */
  readonly sweepId?: string;
  /** Number of the attempt at this trial, from 1. */
  readonly attempt: number;
}

/** A run as it stands, for whoever follows it. */
export interface RunState extends Omit<Run, "codeVersion" | "host" | "sweepId" | "attempt"> {
  /** Whether it is under way, or how it ended. */
  readonly status: RunStatus;
  /** Milliseconds since the Unix epoch; null while it runs. */
  readonly endedAt: number | null;
  /**
   * Last step seen, -1 before the first; of a run that diverged, the one whose loss is not finite, and of one that
   * completed the last that was trained.
   */
  readonly step: number;
  /** Recent steps per second while it runs; null before there is a pace, and when it has ended. */
  readonly stepsPerSecond: number | null;
  /** Whether it waits between two steps, as somebody asked. Default false. */
  readonly isPaused?: boolean;
  /** A note on it by somebody. Default: none. */
  readonly note?: string;
  /** Words to find it by. Default: none. */
  readonly tags?: readonly string[];
}

/**
 * Takes the records of a run in chunks. Resolves when the source has ended and everything is durable. The source is
 * pulled: a sink that is slow to ask for the next chunk slows training down, and memory does not grow.
 */
export type Sink = (records: AsyncIterable<readonly Recorded[]>, run: Run) => Promise<void>;
