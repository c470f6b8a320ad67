import { backend, engine, type Tensor } from "@tensorflow/tfjs-core";

/** Returns a tensor of the same values that is disposed of by itself. Copies nothing, and no tape records it. */
export function anotherName({ dataId, shape, dtype }: Tensor): Tensor {
  backend().incRef(dataId);
  return engine().makeTensorFromTensorInfo({ dataId, shape, dtype });
}
