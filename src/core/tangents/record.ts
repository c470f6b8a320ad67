import { engine, keep, type Tensor } from "@tensorflow/tfjs-core";
import { anotherName } from "./another-name.ts";
import { isConstant, ruleOf } from "./rules.ts";
import type { Rule } from "./rule.ts";

/** Identity of a tensor's values: tensors of one buffer share it. */
export type DataId = object;

/** A tensor as a recorded call met it. */
interface Slot {
  readonly id: DataId;
  readonly shape: number[];
}

/** A kernel that ran on values which depend on the parameters. `rule` is undefined where none is known. */
export interface RecordedCall {
  readonly kernel: string;
  readonly rule: Rule | undefined;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly inputs: ReadonlyMap<string, Slot>;
  readonly outputs: readonly Slot[];
}

interface Recording {
  readonly calls: RecordedCall[];
  /** Values that rules read; whoever holds the recording disposes of them. */
  readonly values: Map<DataId, Tensor>;
  /** Whether something read the numbers of a tensor that depends on the parameters. */
  readonly leaks: boolean;
}

interface Engine {
  runKernel(kernel: string, inputs: Record<string, Tensor>, attrs?: object): Tensor | Tensor[];
  readSync(id: DataId): unknown;
  read(id: DataId): unknown;
}

/**
 * Runs `f` and records, in order, every kernel through which values depend on `sources`: of its forward pass and of any
 * gradient taken in it. tfjs sends all kernels through `engine().runKernel`, which is replaced while `f` runs.
 */
export function record(sources: readonly Tensor[], f: () => void): Recording {
  const target = engine() as unknown as Engine;
  const run = target.runKernel.bind(target);
  const [readSync, read] = [target.readSync.bind(target), target.read.bind(target)];
  const active = new Set<DataId>(sources.map(({ dataId }) => dataId));
  const recording = { calls: [] as RecordedCall[], values: new Map<DataId, Tensor>(), leaks: false };
  let depth = 0;

  const hold = (tensor: Tensor): void => {
    if (!recording.values.has(tensor.dataId)) recording.values.set(tensor.dataId, keep(anotherName(tensor)));
  };
  const runKernel = (kernel: string, inputs: Record<string, Tensor>, attrs: object = {}): Tensor | Tensor[] => {
    depth += 1;
    let result: Tensor | Tensor[];
    try {
      result = run(kernel, inputs, attrs);
    } finally {
      depth -= 1;
    }
    // What a kernel runs inside is its own affair.
    if (depth > 0 || isConstant(kernel)) return result;
    const given = Object.entries(inputs).filter(([, tensor]) => (tensor as Tensor | undefined)?.dataId);
    if (!given.some(([, { dataId }]) => active.has(dataId))) return result;
    const outputs = [result].flat().filter(({ dtype }) => dtype === "float32");
    // Another name for values that are known already.
    if (outputs.every(({ dataId }) => active.has(dataId))) return result;
    const rule = ruleOf(kernel);
    const slot = ({ dataId, shape }: Tensor): Slot => ({ id: dataId, shape: shape.slice() });
    for (const { dataId } of outputs) active.add(dataId);
    if (rule?.reads) for (const tensor of [...given.map(([, tensor]) => tensor), ...[result].flat()]) hold(tensor);
    recording.calls.push({
      kernel,
      rule,
      attrs: { ...attrs },
      inputs: new Map(given.map(([name, tensor]) => [name, slot(tensor)])),
      outputs: [result].flat().map(slot),
    });
    return result;
  };
  const noticed =
    (reader: (id: DataId) => unknown) =>
    (id: DataId): unknown => {
      if (depth === 0 && active.has(id)) recording.leaks = true;
      return reader(id);
    };
  const replaced = { runKernel, readSync: noticed(readSync), read: noticed(read) };
  Object.assign(target, replaced);
  try {
    f();
  } catch (error) {
    for (const tensor of recording.values.values()) tensor.dispose();
    throw error;
  } finally {
    // Back to the methods of the class.
    for (const name of Object.keys(replaced)) Reflect.deleteProperty(target, name);
  }
  return recording;
}
