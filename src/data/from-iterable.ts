import { setImmediate } from "node:timers/promises";
import { defer, finalize, from, type Observable } from "rxjs";
import { UserError } from "../core/errors.ts";
import { callable, checkOptions, required, text, whole } from "../core/options.ts";
import type { Batch } from "../core/types.ts";

/** One example of a stream: its values, with a class or target values. */
export interface StreamedExample {
  /** Values, as many as the product of the shape. */
  readonly values: ArrayLike<number>;
  /** Class, from 0. Either it or `target`. */
  readonly label?: number;
  /** Target values of a regression, one or several. */
  readonly target?: number | ArrayLike<number>;
}

/** Options of `fromIterable`. */
export interface IterableOptions {
  /** Examples per batch. */
  readonly size: number;
  /** Shape of one example. Default: a list of as many values as the first has. */
  readonly shape?: readonly number[];
  /** Name of the data set, for records. Default `own stream`. */
  readonly name?: string;
  /** Called before each batch; a promise that it returns delays the batch until it resolves. Default: no delay. */
  readonly gate?: () => Promise<void> | undefined;
}

/**
 * Emits minibatches of examples that come one by one, from an async iterable or any other: a generator, lines of a file, a
 * socket. `open` is called for each subscription, so that it must give the same examples again for a run to go on from a
 * checkpoint. Examples left over at the end are dropped. Values are taken as they are. Epochs are not known: it is always 0.
 *
 * @throws {UserError} for an option that is not one.
 *
 * @example
 * ```ts
 * import { fromIterable, rootKey, fold, normal } from "gradstream";
 *
 * async function* coins() {
 *   for (let i = 0; i < 8; i++) yield { values: normal(fold(rootKey(0), i), 3), label: i % 2 };
 * }
 * await fromIterable(coins, { size: 4 }).forEach(({ step, labels }) => console.log(step, [...labels].join())); // 0 0,1,0,1, 1 0,1,0,1
 * ```
 */
export function fromIterable(
  open: () => AsyncIterable<StreamedExample> | Iterable<StreamedExample>,
  options: IterableOptions,
): Observable<Batch> {
  const shape = { what: "a list of whole numbers from 1 up", accepts: isShape };
  checkOptions<IterableOptions>("fromIterable", options, { size: required(whole(1)), shape, name: text, gate: callable });
  return defer(() => {
    const life = { over: false };
    return from(gather(open(), options, life)).pipe(finalize(() => (life.over = true)));
  });
}

const isShape = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((n) => Number.isInteger(n) && n > 0);

async function* gather(
  examples: AsyncIterable<StreamedExample> | Iterable<StreamedExample>,
  { size, shape, name = "own stream", gate }: IterableOptions,
  life: { over: boolean },
): AsyncGenerator<Batch, void> {
  let step = 0;
  let held: StreamedExample[] = [];
  let form: Form | undefined;
  for await (const example of examples) {
    form ??= formOf(example, shape);
    checkForm(example, form, step * size + held.length);
    if (held.push(example) < size) continue;
    await gate?.();
    await setImmediate();
    if (life.over) return;
    yield { step, epoch: 0, size, shape: form.shape, source: name, ...packed(held, form) };
    step += 1;
    held = [];
  }
}

/** What every example has in common. */
interface Form {
  readonly shape: readonly number[];
  readonly values: number;
  /** Target values of each; undefined where they have classes. */
  readonly targets: number | undefined;
}

const listOf = (target: number | ArrayLike<number>): ArrayLike<number> => (typeof target === "number" ? [target] : target);

function formOf({ values, target }: StreamedExample, given: readonly number[] | undefined): Form {
  const shape = given ?? [values.length];
  const targets = target === undefined ? undefined : listOf(target).length;
  return { shape, values: shape.reduce((product, n) => product * n, 1), targets };
}

function checkForm({ values, label, target }: StreamedExample, form: Form, index: number): void {
  const who = `fromIterable: example ${index}`;
  if (values.length !== form.values) throw new UserError(`${who} has ${values.length} values, not those of [${form.shape}]`);
  const targets = target === undefined ? undefined : listOf(target).length;
  if (targets !== form.targets) {
    throw new UserError(`${who} has ${targets ?? "no"} targets, but the first has ${form.targets ?? "none"}`);
  }
  if (targets === undefined && !(Number.isInteger(label) && label! >= 0)) {
    throw new UserError(`${who} has label ${label}; it must be a class from 0 up, or give a target`);
  }
}

function packed(held: readonly StreamedExample[], { values: width, targets }: Form) {
  const examples = new Float32Array(held.length * width);
  held.forEach(({ values }, i) => examples.set(values, i * width));
  if (targets === undefined) return { examples, labels: Int32Array.from(held, ({ label }) => label!) };
  const labels = new Float32Array(held.length * targets);
  held.forEach(({ target }, i) => labels.set(listOf(target!), i * targets));
  return { examples, labels };
}
