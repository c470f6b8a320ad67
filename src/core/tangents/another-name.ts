import { backend, engine, type Tensor } from "@tensorflow/tfjs";

/** A tensor of the same values that has to be let go by itself. Copies nothing, and no tape sees it. */
export function anotherName({ dataId, shape, dtype }: Tensor): Tensor {
  backend().incRef(dataId);
  return engine().makeTensorFromTensorInfo({ dataId, shape, dtype });
}
