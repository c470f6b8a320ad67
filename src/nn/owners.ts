import type { Tensor } from "@tensorflow/tfjs-core";
import { UserError } from "../core/errors.ts";
import type { Params, State } from "../core/params.ts";
import { fold, type Key } from "../core/random.ts";
import type { Layer } from "./layer.ts";
import { isPart, type Act } from "./plan.ts";
import { afterMove, type Stack, type StackShapes } from "./stack.ts";

/** A part with the names of its tensors, and the prefix that the network puts before them. */
export interface Owner {
  readonly layer: Layer;
  readonly prefix: string;
  readonly params: readonly string[];
  readonly state: readonly string[];
}

/** Parameters and state of a numbered layer, with their owners. */
export interface Drawn {
  readonly params: Record<string, Tensor>;
  readonly state: Record<string, Tensor>;
  readonly owners: readonly Owner[];
  /** Shapes of what leaves the layer, of one example. */
  readonly shapes: StackShapes;
}

/** Places whose parts have their place before all of their names, whether another part has these names or not. */
const SCOPED = /^(before|shortcut)/;

/**
 * Draws the parts of numbered layer `number`, each from a key of its own: the layer's, with the part's name folded in,
 * and from the second part of a name on its number. Names are `layer<number>/<own name>`; a part that would take
 * another's name has its place before all of its own: `layer1/then1/kernel`. So have parts before the linear map, and
 * those of a shortcut.
 *
 * @throws {UserError} naming layer and part when a part cannot take its input, or names a tensor badly; and where the
 * ends of a residual have other shapes.
 */
export function drawParts(number: number, acts: readonly Act[], key: Key, entering: StackShapes): Drawn {
  const params: Record<string, Tensor> = {};
  const state: Record<string, Tensor> = {};
  const owners: Owner[] = [];
  const seen = new Map<string, number>();
  let shapes: Stack<readonly number[]> = entering;
  for (const act of acts) {
    if (act === "fork" || act === "swap" || act === "join") shapes = afterMove(shapes, act, joiningAt(number));
    if (!isPart(act)) continue;
    const { place, layer } = act;
    const { name } = layer;
    const shape = shapes.at(-1)!;
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    const named = fold(key, name);
    const initial = told(number, () => layer.init(before === 0 ? named : fold(named, before), shape));
    const own = { params: Object.keys(initial.params), state: Object.keys(initial.state) };
    [...own.params, ...own.state].forEach((one) => checkName(number, name, one));
    const taken = (prefix: string) =>
      own.params.some((one) => prefix + one in params) || own.state.some((one) => prefix + one in state);
    const plain = `layer${number}/`;
    const prefix = SCOPED.test(place) || taken(plain) ? `${plain}${place}/` : plain;
    if (taken(prefix))
      throw new UserError(`layer ${number}: two parts have a tensor of one name in ${prefix}; rename one`);
    for (const one of own.params) params[prefix + one] = initial.params[one]!;
    for (const one of own.state) state[prefix + one] = initial.state[one]!;
    owners.push({ layer, prefix, ...own });
    shapes = [...shapes.slice(0, -1), initial.shape];
  }
  return { params, state, owners, shapes };
}

/** Returns the function that gives the shape of a residual's sum. It throws a `UserError` where its ends differ. */
const joiningAt =
  (number: number) =>
  (one: readonly number[], other: readonly number[]): readonly number[] => {
    if (one.join() === other.join()) return one;
    throw new UserError(
      `layer ${number}: the two ends of a residual are [${one}] and [${other}]; give it a shortcut that makes them alike`,
    );
  };

/**
 * Returns a part's own tensors of a network's, under its own names.
 *
 * @throws {UserError} naming one that is missing.
 */
export function ownOf({ prefix }: Owner, names: readonly string[], values: Params): Params {
  const own = names.map((name) => {
    const value = values[prefix + name];
    if (!value) throw new UserError(`network: ${prefix}${name} is missing; pass all that init gave`);
    return [name, value] as const;
  });
  return Object.fromEntries(own);
}

/**
 * Puts a part's next state among the network's.
 *
 * @throws {UserError} when it has other names than `init` gave.
 */
export function putState(number: number, { layer, prefix, state }: Owner, after: State, next: Record<string, Tensor>) {
  const names = Object.keys(after);
  if (names.length !== state.length || !state.every((name) => Object.hasOwn(after, name))) {
    const [gave, had] = [names, state].map((some) => some.join(", ") || "nothing");
    throw new UserError(`layer ${number}: ${layer.name} gave the state ${gave}; its init gave ${had}`);
  }
  for (const name of names) next[prefix + name] = after[name]!;
}

/** Calls `f`, and adds to the message of a UserError in which layer it arose. */
export function told<T>(number: number, f: () => T): T {
  try {
    return f();
  } catch (error) {
    throw error instanceof UserError ? new UserError(`layer ${number}: ${error.message}`) : error;
  }
}

function checkName(number: number, who: string, name: string): void {
  if (name.split("/").every((part) => part !== "")) return;
  throw new UserError(`layer ${number}: ${who} names a tensor "${name}"; a name is not empty, nor is what / divides`);
}
