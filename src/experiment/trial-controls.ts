import { BehaviorSubject, type Observable } from "rxjs";
import { UserError } from "../core/errors.ts";
import type { ProbeSession } from "../core/session.ts";
import { keepsItsValue } from "../core/steering.ts";
import type { RunEvent, Sliders } from "../core/types.ts";

/** Name of the events that say which value a control has from a step on. */
export const CONTROL_EVENT = "control";

/** Controls over time, as `run` gets them: each has a value at once. */
export type ControlValues<S extends Sliders> = { readonly [Name in keyof S]: Observable<number> };

/** What surrounds the controls of a trial that trains. */
interface Surroundings {
  /** Session that remembers them, and has what a replay repeats. */
  readonly session: ProbeSession;
  /** The step that comes first. Default 0. */
  readonly step?: number;
  /** Takes the events of every change. */
  readonly record: (event: RunEvent) => void;
}

/** A control, and since which step it has its value. */
interface Held {
  readonly value: BehaviorSubject<number>;
  since: number;
}

/** The controls of one trial. A move between two steps is for the next one; in a replay they move as was recorded. */
export class TrialControls<S extends Sliders = Sliders> {
  readonly now: ControlValues<S>;
  readonly #held: ReadonlyMap<string, Held>;
  readonly #around: Surroundings | undefined;
  /** What a replay has not come to yet. */
  #coming: readonly { readonly step: number; readonly name: string; readonly value: number }[];
  #first: number;
  #next: number;
  #hasBegun = false;

  /** Without surroundings nobody moves them. */
  constructor(sliders: S, around?: Surroundings) {
    this.#around = around;
    this.#first = this.#next = around?.step ?? 0;
    this.#coming = around?.session.replay?.controls ?? [];
    const replays = around?.session.replay !== undefined;
    const held = Object.entries(sliders).map(([name, { initial }]): [string, Held] => {
      const value = new BehaviorSubject(replays ? this.#firstOf(name) : initial);
      return [name, { value, since: this.#next }];
    });
    this.#held = new Map(held);
    const values = held.map(([name, { value }]) => [name, keepsItsValue(value.asObservable())]);
    this.now = Object.fromEntries(values) as ControlValues<S>;
    if (held.length > 0) around?.session.remembered.add({ name: "controls", save: this.#save, load: this.#load });
  }

  /** The first step is about to begin: records what the controls begin with. */
  begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    for (const [name, held] of this.#held) if (held.since >= this.#first) this.#record(name, held);
    this.#catchUp();
  }

  /** Moves a control to one of its values, for the next step. */
  move(name: string, value: number): void {
    this.begin();
    const held = this.#held.get(name);
    if (held === undefined || held.value.value === value) return;
    held.since = this.#next;
    this.#record(name, held, value);
    held.value.next(value);
  }

  /** A step has been taken over. */
  stepped(step: number): void {
    this.#next = step + 1;
    this.#catchUp();
  }

  /** Moves what a replay moves before the next step. */
  #catchUp(): void {
    const due = this.#coming.filter(({ step }) => step <= this.#next);
    if (due.length === 0) return;
    this.#coming = this.#coming.slice(due.length);
    for (const { name, value } of due) this.move(name, value);
  }

  #firstOf(name: string): number {
    const found = this.#coming.find((one) => one.name === name);
    if (found) return found.value;
    throw new UserError(`control ${name} has no recorded value; the run that is replayed had other controls`);
  }

  #record(control: string, { since: step, value: { value: now } }: Held, value = now): void {
    const message = `${control} is ${value} from step ${step} on`;
    const data = { control, value };
    this.#around?.record({ kind: "event", step, at: Date.now(), level: "info", name: CONTROL_EVENT, message, data });
  }

  readonly #save = () =>
    Object.fromEntries([...this.#held].map(([name, { value, since }]) => [name, Float64Array.of(value.value, since)]));

  readonly #load = (memory: Readonly<Record<string, ArrayLike<number>>>): void => {
    for (const [name, held] of this.#held) {
      const found = memory[name];
      if (found === undefined) throw new Error(`it has no control ${name}`);
      held.since = found[1]!;
      held.value.next(found[0]!);
    }
  };
}
