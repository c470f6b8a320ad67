import { backend, type Tensor, type TensorInfo } from "@tensorflow/tfjs-core";

/** The part of the native addon through which ops are called. */
interface Binding {
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_INT64: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_Version: string;
}

export interface Attr {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** The part of tfjs-node's backend that runs TensorFlow's own ops. */
export interface NativeBackend {
  readonly binding: Binding;
  readonly isUsingGpuDevice: boolean;
  executeSingleOutput(op: string, attrs: readonly Attr[], inputs: readonly TensorInfo[]): Tensor;
  executeMultipleOutputs(op: string, attrs: readonly Attr[], inputs: readonly TensorInfo[], outputs: number): Tensor[];
}

/** Returns the current backend as TensorFlow's. */
export const native = (): NativeBackend => backend() as unknown as NativeBackend;
