import { engine, zeros, type Tensor } from "@tensorflow/tfjs-core";
import { blind, reading, sumOf, type Call, type Rule } from "./rule.ts";
import { add } from "@tensorflow/tfjs-core";

/** Runs the call's own kernel on other inputs. */
export function rerun({ kernel, attrs }: Pick<Call, "kernel" | "attrs">, inputs: Record<string, Tensor>): Tensor[] {
  return [engine().runKernel(kernel, inputs, attrs as never)].flat();
}

/** Makes the rule of a kernel that is linear in the one input `name`; other inputs stay. */
const linearIn = (name: string, others: readonly string[] = [], attrs: object = {}): Rule => ({
  reads: others.length > 0,
  push: (call) => {
    const t = call.tangent(name);
    if (!t) return undefined;
    const kept = Object.fromEntries(others.filter((n) => call.names.includes(n)).map((n) => [n, call.input(n)]));
    return rerun({ kernel: call.kernel, attrs: { ...call.attrs, ...attrs } }, { [name]: t, ...kept });
  },
});

/** Rule of a kernel that is linear in all its inputs together: those without a tangent are zero. */
const jointlyLinear = blind((call) => {
  const tangents = call.names.map((name) => call.tangent(name));
  if (tangents.every((t) => t === undefined)) return undefined;
  const inputs = tangents.map((t, i) => t ?? zeros(call.shapeOf(call.names[i]!)));
  // Kernels of many tensors take them as a list.
  return rerun(call, inputs as unknown as Record<string, Tensor>);
});

/** Makes the product rule of a kernel that is linear in each of `names` by itself. */
const productOf = (names: readonly [string, string]): Rule =>
  reading((call) => {
    const values = Object.fromEntries(call.names.map((name) => [name, call.input(name)]));
    const parts = names.map((name) => {
      const t = call.tangent(name);
      return t && rerun(call, { ...values, [name]: t })[0];
    });
    return sumOf(parts, add);
  });

const OF_X = ["Identity", "Reshape", "Transpose", "Slice", "Reverse", "Tile", "MirrorPad", "Sum", "Mean", "Cumsum"];
const OF_X_IN_BLOCKS = ["SplitV", "SpaceToBatchND", "BatchToSpaceND", "AvgPool"];

export const linearMaps: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries([...OF_X, ...OF_X_IN_BLOCKS].map((kernel) => [kernel, linearIn("x")])),
  Cast: blind((call) => call.tangent("x")),
  ExpandDims: linearIn("input"),
  PadV2: linearIn("x", [], { constantValue: 0 }),
  Unpack: linearIn("value"),
  GatherV2: linearIn("x", ["indices"]),
  UnsortedSegmentSum: linearIn("x", ["segmentIds"]),
  ResizeBilinear: linearIn("images"),
  ResizeNearestNeighbor: linearIn("images"),
  ResizeBilinearGrad: linearIn("dy", ["images"]),
  ResizeNearestNeighborGrad: linearIn("dy", ["images"]),
  AvgPoolGrad: linearIn("dy", ["input"]),
  MaxPoolGrad: linearIn("dy", ["input", "output"]),
  Concat: jointlyLinear,
  Pack: jointlyLinear,
  BatchMatMul: productOf(["a", "b"]),
  Conv2D: productOf(["x", "filter"]),
  Conv2DBackpropInput: productOf(["dy", "filter"]),
  Conv2DBackpropFilter: productOf(["x", "dy"]),
  DepthwiseConv2dNative: productOf(["x", "filter"]),
  DepthwiseConv2dNativeBackpropInput: productOf(["dy", "filter"]),
  DepthwiseConv2dNativeBackpropFilter: productOf(["x", "dy"]),
};
