import { UserError } from "./errors.ts";
import { isRecord, type Wanted } from "./options.ts";
import { replayedValue, type Replay } from "./replay.ts";

/** A source of numbers over time, such as an rxjs Observable. */
export interface Source {
  /** Calls the observer with every number, from now on, until it is unsubscribed. */
  subscribe(observer: {
    /** Takes a number. */
    readonly next: (value: number) => void;
    /** Takes the error with which it ends. */
    readonly error: (error: unknown) => void;
    /** Called when it ends. */
    readonly complete: () => void;
  }): {
    /** Ends the calls. */
    unsubscribe(): void;
  };
}

/** A number, a function from the step (from 0) to one, or an Observable of numbers, the newest of which holds. */
export type Steered = number | ((step: number) => number) | Source;

/** Tells whether a value gives numbers over time. */
export const isSource = (value: unknown): value is Source =>
  isRecord(value) && typeof value["subscribe"] === "function";

/** Sources that have, in a training that goes on, the value that they had before. */
const kept = new WeakSet<object>();

/** Notes that a source has, in a training that goes on, the value that it had before. */
export function keepsItsValue<T extends object>(source: T): T {
  kept.add(source);
  return source;
}

/** Tells whether a source is one of these, or made of one by rxjs operators, which name what they read as `source`. */
function isKept(source: Source): boolean {
  for (let at: unknown = source; isRecord(at); at = at["source"]) if (kept.has(at)) return true;
  return false;
}

/** Makes the condition of a number that meets another, or what gives one at every step. */
export const steeredOption = ({ what, accepts }: Wanted): Wanted => ({
  what: `${what}, a function of the step or an Observable`,
  accepts: (value) => typeof value === "function" || isSource(value) || accepts(value),
});

/** Value that a source had at a step. */
export interface SteeredValue {
  /** Name of the steered option: `sgd.learningRate`. */
  readonly name: string;
  /** Its value at the step. */
  readonly value: number;
}

/** Values that steer one step of a training: each is the same however often the step is evaluated. */
export interface StepSteering {
  /**
   * Returns the value at the step of what steers `option` of `who`.
   *
   * @throws {UserError} naming step and value when it is not what is wanted, and for a source that has given none yet or
   * has ended.
   */
  at(who: string, option: string, steered: Steered, wanted: Wanted): number;
  /** Values of the sources that were asked at this step, in the order of the first time. */
  readonly values: readonly SteeredValue[];
}

/** Newest value of a source, and how it ended. */
interface Heard {
  value?: unknown;
  ended?: string;
  letGo?: () => void;
}

/** Subscribes to what steers one training, each source when it is first asked. */
export class Steering {
  readonly #replay: Replay | undefined;
  readonly #heard = new Map<Source, Heard>();
  /** Sources by what they steer: of several of one name, each has its number. */
  readonly #named = new Map<string, Source[]>();

  /** With `replay`, sources have the values that were recorded, and nobody listens to them. */
  constructor(replay?: Replay) {
    this.#replay = replay;
  }

  /** Why a training that it steers cannot be resumed; undefined where nothing does over time. */
  get refusal(): string | undefined {
    const isWhole = [...this.#named.values()].flat().every(isKept);
    return isWhole ? undefined : "an Observable steers it, and a checkpoint cannot restore an Observable";
  }

  /** Makes the steering of a step. What a source gives after it was asked is for the next step. */
  of(step: number): StepSteering {
    const fixed = new Map<Source, unknown>();
    const values: SteeredValue[] = [];
    const at: StepSteering["at"] = (who, option, steered, { what, accepts }) => {
      if (typeof steered === "number") return steered;
      const sourced = isSource(steered);
      const name = sourced ? this.#nameOf(steered, `${who}.${option}`) : "";
      if (sourced && !fixed.has(steered)) {
        const value = this.#replay
          ? recorded(this.#replay, name, step)
          : this.#newest(steered, `${who}: ${option}`, step);
        fixed.set(steered, value);
      }
      const value = sourced ? fixed.get(steered) : steered(step);
      if (!accepts(value)) {
        const gave = sourced
          ? `${option} gave ${String(value)} at step ${step}`
          : `${option}(${step}) gave ${String(value)}`;
        throw new UserError(`${who}: ${gave}, not ${what}`);
      }
      if (sourced && !values.some((known) => known.name === name)) values.push({ name, value: value as number });
      return value as number;
    };
    return { at, values };
  }

  /** Lets go of all sources. */
  close(): void {
    for (const { letGo } of this.#heard.values()) letGo?.();
    this.#heard.clear();
  }

  /** Names a source by what it steers: `injectNoise.nMu`, and `injectNoise.nMu 2` for the second of this name. */
  #nameOf(source: Source, name: string): string {
    const known = this.#named.get(name) ?? [];
    if (!known.includes(source)) this.#named.set(name, [...known, source]);
    const place = this.#named.get(name)!.indexOf(source);
    return place === 0 ? name : `${name} ${place + 1}`;
  }

  #newest(source: Source, named: string, step: number): unknown {
    const heard = this.#heard.get(source) ?? this.#listen(source);
    if (!("value" in heard)) {
      throw new UserError(
        `${named} has no value at step ${step}; begin its Observable with one, such as by startWith(0.1)`,
      );
    }
    if (heard.ended === undefined) return heard.value;
    throw new UserError(`${named} ${heard.ended} before step ${step}; its last value was ${String(heard.value)}`);
  }

  #listen(source: Source): Heard {
    const heard: Heard = {};
    this.#heard.set(source, heard);
    const subscription = source.subscribe({
      next: (value) => (heard.value = value),
      error: (error) => (heard.ended = `failed (${error instanceof Error ? error.message : String(error)})`),
      complete: () => (heard.ended ??= "ended"),
    });
    heard.letGo = () => subscription.unsubscribe();
    return heard;
  }
}

function recorded(replay: Replay, name: string, step: number): number {
  const value = replayedValue(replay, name, step);
  if (value !== undefined) return value;
  throw new UserError(
    `${name} has no recorded value up to step ${step}; the run that is replayed was steered otherwise`,
  );
}
