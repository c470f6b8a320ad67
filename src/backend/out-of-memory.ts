import { UserError } from "../core/errors.ts";

export const MEMORY_ADVICE = "try a smaller batch, a narrower network or --jobs 1";

/** Messages of TensorFlow (GPU and CPU), tfjs's wasm and V8 when an allocation fails. */
const SAYINGS = /OOM when allocating|RESOURCE_EXHAUSTED|cannot enlarge memory|array buffer allocation failed/i;

/** Returns a failed allocation as an error of one line for the user; undefined for any other error. */
export function outOfMemory(error: unknown): UserError | undefined {
  if (!(error instanceof Error) || !SAYINGS.test(error.message)) return undefined;
  const shape = /tensor with shape\s*(\[[\d,]*\])/.exec(error.message)?.[1];
  return new UserError(`no memory left${shape ? ` for a tensor of shape ${shape}` : ""}; ${MEMORY_ADVICE}`);
}
