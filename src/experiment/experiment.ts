import type { Observable, OperatorFunction } from "rxjs";
import { z } from "zod";
import { UserError } from "../core/errors.ts";
import type { Activation } from "../core/live.ts";
import type { Network } from "../core/network.ts";
import { oneLine } from "../core/one-line.ts";
import type { Batch, Hyper, HyperValue, LabelledExamples, Recorded, Sliders } from "../core/types.ts";
import { checkClaimArms, claimsShape, type ExperimentClaims } from "./claim.ts";
import { checkSliders } from "./slider.ts";
import type { ExperimentSweep, Settable } from "./sweep-grid.ts";
import type { ControlValues } from "./trial-controls.ts";

/** One treatment of an experiment. Further fields are yours, and `run` receives them. */
export interface Arm {
  /** Network to train. */
  readonly network: Network;
  /** Operator on the network's activations, for `train`. Default: none. */
  readonly activations?: OperatorFunction<Activation, Activation>;
}

/** Largest number of steps: they are 32-bit integers in the store. */
export const MOST_STEPS = 2 ** 31 - 1;

/** Length of a run. */
export interface RunLength {
  /** Steps of a run. */
  readonly steps: number;
}

export const SCALES = ["smoke", "quick", "small", "paper"] as const;
/** Size of networks and runs: `smoke`, `quick`, `small` or `paper`. */
export type Scale = (typeof SCALES)[number];

/** Values that `run` receives besides the hyper-parameters: the arm, the seed, the data and the controls. */
export interface TrialContext<A extends Arm, S extends Sliders = NoSliders> {
  /** Arm of the trial. */
  readonly arm: A;
  /** Seed of the trial. */
  readonly seed: number;
  /**
   * Emits minibatches of `size` training examples without end, shuffled per epoch from the seed. `images` limits the
   * training set, with balanced classes.
   */
  readonly batches: (options: { readonly size: number; readonly images?: number }) => Observable<Batch>;
  /** Emits the task of the deep linear network, the whole set at every step: Gaussian examples x with targets A x. */
  readonly linearTask: (options?: { readonly size?: number; readonly units?: number }) => Observable<Batch>;
  /**
   * Returns the training set in chunks, in its own order, to iterate any number of times: for probes at fixed
   * parameters. `images` limits it, with balanced classes; `size` is that of a chunk.
   */
  readonly trainingSet: (options?: { readonly images?: number; readonly size?: number }) => Iterable<LabelledExamples>;
  /** Returns the test set in chunks, to iterate any number of times; `images` limits it, with balanced classes. */
  readonly test: (options?: { readonly images?: number }) => Iterable<LabelledExamples>;
  /** The experiment's controls as Observables, by name, for whatever takes an Observable. */
  readonly controls: ControlValues<S>;
}

/** Controls of an experiment that declares none. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type, @typescript-eslint/consistent-type-definitions
export type NoSliders = {};

/** An experiment on networks in training: arms that differ by one treatment, and one pipeline for all of them. */
export interface Experiment<H extends Hyper = Hyper, A extends Arm = Arm, S extends Sliders = Sliders> {
  /** Question that it answers, one sentence, shown when it runs. Default: none. */
  readonly question?: string;
  /** Hyper-parameters with their defaults, which `--set` changes. `steps` is the length of a run. */
  readonly hyper: H & RunLength;
  /** Changes of `hyper` at each scale. Default: none. */
  readonly scales?: Partial<Record<Scale, Partial<Settable<NoInfer<H>>>>>;
  /** Number of seeds (0, 1, …) unless `--seeds` or `--seed` is given. Default 1. */
  readonly seeds?: number;
  /** Trials of `gradstream sweep`. Default: none but those that its command line names. */
  readonly sweep?: ExperimentSweep<NoInfer<H>>;
  /** Numbers that the live page moves while a run trains, by name: `{ noise: slider(0, 2) }`. Default: none. */
  readonly controls?: S;
  /** Makes the arms by name. */
  readonly arms: (hyper: Settable<NoInfer<H>>) => Readonly<Record<string, A>>;
  /**
   * Makes the records of one trial; pure. Subscribed to once per trial, and before that once per arm, up to the first
   * batch.
   */
  readonly run: (context: Settable<NoInfer<H>> & TrialContext<NoInfer<A> & Arm, NoInfer<S>>) => Observable<Recorded>;
  /** Claims about its runs, by name, judged when `gradstream run` has trained them. Default: none. */
  readonly claims?: ExperimentClaims;
}

/**
 * Declares an experiment, the default export of a pipeline module. It is checked when the command line loads the
 * module.
 *
 * @example
 * ```ts
 * import { take } from "rxjs";
 * import { accuracy, batchNorm, experiment, loss, mlp, probes, sgd, train } from "gradstream";
 *
 * export default experiment({
 *   question: "Does BatchNorm train a perceptron faster?",
 *   hyper: { learningRate: 0.1, size: 32, steps: 100 },
 *   arms: () => ({ standard: { network: mlp() }, batchNorm: { network: mlp({ norm: batchNorm }) } }),
 *   run: ({ arm, seed, batches, learningRate, size, steps }) =>
 *     batches({ size }).pipe(
 *       take(steps),
 *       train(arm.network, sgd({ learningRate }), { seed }),
 *       probes(loss(), accuracy()),
 *     ),
 * });
 * ```
 */
export function experiment<H extends Hyper, A extends Arm, S extends Sliders = NoSliders>(
  definition: Experiment<H, A, S>,
): Experiment<H, A, S> {
  return definition;
}

/** Names of what `run` receives besides the hyper-parameters. */
const RESERVED = [
  "arm",
  "seed",
  "batches",
  "linearTask",
  "trainingSet",
  "test",
  "controls",
] as const satisfies (keyof TrialContext<Arm>)[];

const value = z.union([z.number(), z.string(), z.boolean()]);
const range = z.strictObject({ low: z.number(), high: z.number(), log: z.boolean(), int: z.boolean() }).partial({
  log: true,
  int: true,
});
const sweep = z.strictObject({
  grid: z.record(z.string(), z.union([z.array(value).min(1), range])),
  seeds: z.int().positive().optional(),
  random: z.int().positive().optional(),
  halving: z.string().optional(),
  earlyStop: z.union([z.string(), z.array(z.string())]).optional(),
  grace: z.int().nonnegative().optional(),
});
const shape = z.strictObject({
  question: z.string().optional(),
  hyper: z.looseObject({ steps: z.int().positive() }).catchall(value),
  scales: z.partialRecord(z.enum(SCALES), z.record(z.string(), value)).optional(),
  seeds: z.int().positive().optional(),
  sweep: sweep.optional(),
  controls: z.unknown().optional(),
  arms: z.custom<Experiment["arms"]>((arms) => typeof arms === "function", "must be a function of hyper"),
  run: z.custom<Experiment["run"]>((run) => typeof run === "function", "must be a function of its context"),
  claims: claimsShape.optional(),
});

/**
 * Checks the default export of a pipeline module.
 *
 * @throws {UserError} naming the module and the first mistake.
 */
export function checkExperiment(candidate: unknown, name: string): Experiment {
  const parsed = shape.safeParse(candidate);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    const where = path.length > 0 ? `${path.join(".")}: ` : "";
    throw new UserError(`${name}: the default export is not an experiment: ${where}${message}`);
  }
  const checked = candidate as Experiment;
  if (Object.hasOwn(checked.hyper, "__proto__")) {
    throw new UserError(`${name}: hyper.__proto__: JavaScript keeps this name for itself; give it another`);
  }
  if (checked.controls !== undefined) checkSliders(`${name}: controls`, checked.controls);
  const taken = RESERVED.find((key) => Object.hasOwn(checked.hyper, key));
  if (taken) throw new UserError(`${name}: hyper.${taken}: run gets ${taken} from elsewhere; give it another name`);
  for (const [scale, changes] of Object.entries(checked.scales ?? {})) {
    for (const key of Object.keys(changes)) requireKey(checked, key, `${name}: scales.${scale}`);
  }
  return checked;
}

function requireKey(experiment: Experiment, key: string, who: string): HyperValue {
  const known = experiment.hyper[key];
  if (known !== undefined && Object.hasOwn(experiment.hyper, key)) return known;
  throw new UserError(`${who}: no hyper-parameter "${key}"; there are ${Object.keys(experiment.hyper).join(", ")}`);
}

/**
 * Returns the hyper-parameters of a run: the defaults, then the scale's changes, then `settings` given as text.
 *
 * @throws {UserError} for a name that the experiment does not have, or a value of another type.
 */
export function resolveHyper(
  experiment: Experiment,
  scale: Scale,
  settings: Readonly<Record<string, string>>,
): Experiment["hyper"] {
  const given = Object.entries(settings).map(([key, text]) => {
    const known = requireKey(experiment, key, "--set");
    return [key, parseLike(known, text, key)] as const;
  });
  const changes: Partial<Hyper> = { ...experiment.scales?.[scale], ...Object.fromEntries(given) };
  const hyper = { ...experiment.hyper, ...changes } as Experiment["hyper"];
  if (!Number.isInteger(hyper.steps) || hyper.steps < 1 || hyper.steps > MOST_STEPS) {
    throw new UserError(`steps must be a whole number from 1 to ${MOST_STEPS}, not ${hyper.steps}`);
  }
  return hyper;
}

function parseLike(known: HyperValue, text: string, key: string): HyperValue {
  if (typeof known === "string") return text;
  if (typeof known === "number") {
    const number = Number(text);
    if (text.trim() !== "" && Number.isFinite(number)) return number;
    throw new UserError(`--set ${key}=${text}: ${key} is a number (default ${known})`);
  }
  if (text === "true" || text === "false") return text === "true";
  throw new UserError(`--set ${key}=${text}: ${key} is true or false (default ${known})`);
}

/**
 * Returns the chosen arms, all without a choice, in the order of the experiment.
 *
 * @throws {UserError} when `arms` throws, gives something else than arms, or lacks one that was chosen or is claimed about.
 */
export function chooseArms(experiment: Experiment, hyper: Hyper, chosen?: readonly string[]): Record<string, Arm> {
  const arms = makeArms(experiment, hyper);
  const names = Object.keys(arms);
  checkClaimArms(experiment.claims ?? {}, names);
  for (const name of chosen ?? []) {
    if (!names.includes(name)) throw new UserError(`--arm: no arm "${name}"; there are ${names.join(", ")}`);
  }
  return Object.fromEntries(Object.entries(arms).filter(([name]) => chosen?.includes(name) ?? true));
}

const armsShape = z
  .record(
    z.string(),
    z.custom<Arm>((arm) => typeof arm === "object" && arm !== null, "must be an object"),
  )
  .refine((arms) => Object.keys(arms).length > 0, "there are none");

function makeArms(experiment: Experiment, hyper: Hyper): Readonly<Record<string, Arm>> {
  let made: unknown;
  try {
    made = experiment.arms(hyper);
  } catch (error) {
    throw error instanceof UserError ? error : new UserError(`arms threw: ${oneLine(error)}`);
  }
  if (isNamedProto(made)) {
    throw new UserError("arms.__proto__: JavaScript keeps this name for itself; give the arm another");
  }
  const parsed = armsShape.safeParse(made);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw new UserError(`${["arms", ...path].join(".")}: ${message}; arms gives an object { name: { network }, … }`);
  }
  for (const [name, { network, activations }] of Object.entries(parsed.data) as [string, Partial<Arm>][]) {
    if (typeof network?.init !== "function" || typeof network.apply !== "function") {
      throw new UserError(`arm "${name}" has no network; write ${name}: { network: vgg() }, or another network`);
    }
    if (activations !== undefined && typeof activations !== "function") {
      throw new UserError(`arm "${name}": activations must be an rxjs operator, not ${typeof activations}`);
    }
  }
  return parsed.data;
}

/** Tells whether somebody named something `__proto__`, which a literal takes for what the object inherits from. */
function isNamedProto(made: unknown): boolean {
  if (typeof made !== "object" || made === null) return false;
  const inherited = (Object.getPrototypeOf(made) ?? {}) as object;
  return Object.hasOwn(made, "__proto__") || Object.keys(inherited).length > 0;
}
