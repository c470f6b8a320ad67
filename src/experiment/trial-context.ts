import { batches } from "../data/batches.ts";
import { linearTask } from "../data/linear-task.ts";
import { examplesToFloat, labelsBetween } from "../data/pixels.ts";
import { subset } from "../data/subset.ts";
import { checkOptions, required, whole, type Wanted } from "../core/options.ts";
import { fold, rootKey } from "../core/random.ts";
import type { DataSet, RawExamples, LabelledExamples, Sliders } from "../core/types.ts";
import type { Arm, NoSliders, TrialContext } from "./experiment.ts";
import { TrialControls } from "./trial-controls.ts";

/** Examples of a chunk by default. */
const CHUNK = 250;

/** Options of `trialContext`. */
export interface TrialContextOptions<A extends Arm, S extends Sliders = NoSliders> {
  /** Arm of the trial. */
  readonly arm: A;
  /** Seed of the trial. */
  readonly seed: number;
  /** Data set of the trial. */
  readonly data: DataSet;
  /** Controls of the experiment, which keep their initial values. Default: none. */
  readonly controls?: S | undefined;
  /** Called before each batch; a promise that it returns delays the batch until it resolves. Default: no delay. */
  readonly gate?: () => Promise<void> | undefined;
  /** Steps that were done before, where the trial goes on from a checkpoint: their batches are not waited for. Default 0. */
  readonly past?: number;
}

/**
 * Makes what the `run` of a trial receives: its arm, its seed, and the data set in the order of the seed.
 *
 * @throws {UserError} from the functions in it, for options that are not theirs.
 *
 * @example
 * ```ts
 * import { firstValueFrom } from "rxjs";
 * import { mlp, shapes10, trialContext } from "gradstream";
 *
 * const { batches, test } = trialContext({ arm: { network: mlp() }, seed: 0, data: shapes10({ train: 64, test: 20 }) });
 * const { size, shape } = await firstValueFrom(batches({ size: 32 }));
 * console.log(size, shape, [...test()].length); // 32 [ 32, 32, 3 ] 1
 * ```
 */
export function trialContext<A extends Arm, S extends Sliders = NoSliders>({
  arm,
  seed,
  data,
  controls = {} as S,
  gate,
  past = 0,
}: TrialContextOptions<A, S>): TrialContext<A, S> {
  const key = fold(rootKey(seed), "batches");
  const held = gate ? { gate, past } : { past };
  return {
    arm,
    seed,
    batches: (options) => {
      const { size, images = Infinity } = checkOptions<BatchesAsked>("batches", options, {
        size: required(whole(1)),
        images: countOption,
      });
      return batches(some(data.train, images), { size, key, source: data.name, ...held });
    },
    linearTask: (options = {}) => linearTask({ ...options, key: fold(rootKey(seed), "linear task"), ...held }),
    trainingSet: (options) => {
      const asked = { images: countOption, size: whole(1) };
      const { images = Infinity, size = CHUNK } = checkOptions<SetAsked>("trainingSet", options, asked);
      return chunked(some(data.train, images), size, namesIn(data));
    },
    test: (options) => {
      const { images = Infinity } = checkOptions<TestAsked>("test", options, { images: countOption });
      return chunked(some(data.test, images), CHUNK, namesIn(data));
    },
    controls: new TrialControls(controls).now,
  };
}

type BatchesAsked = Parameters<TrialContext<Arm>["batches"]>[0];
type SetAsked = NonNullable<Parameters<TrialContext<Arm>["trainingSet"]>[0]>;
type TestAsked = NonNullable<Parameters<TrialContext<Arm>["test"]>[0]>;

const countOption: Wanted = {
  what: "a whole number from 1 up",
  accepts: (value) => value === Infinity || whole(1).accepts(value),
};

/** Returns `images` of the examples, classes balanced. */
const some = (examples: RawExamples, images: number): RawExamples =>
  images === Infinity ? examples : subset(examples, images);

/** Returns the names of the classes; undefined where they are but their numbers. */
const namesIn = ({ classes }: DataSet): readonly string[] | undefined =>
  classes.every((name, label) => name === String(label)) ? undefined : classes;

type Names = readonly string[] | undefined;

const chunked = (examples: RawExamples, size: number, classes: Names): Iterable<LabelledExamples> => ({
  [Symbol.iterator]: () => chunks(examples, size, classes),
});

function* chunks(examples: RawExamples, size: number, classes: Names): Generator<LabelledExamples> {
  for (let from = 0; from < examples.count; from += size) {
    const to = Math.min(examples.count, from + size);
    const labels = labelsBetween(examples, from, to);
    yield { size: to - from, examples: examplesToFloat(examples, from, to), labels, ...(classes && { classes }) };
  }
}
