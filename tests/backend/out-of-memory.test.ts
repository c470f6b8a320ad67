import { expect, it } from "vitest";
import { outOfMemory } from "../../src/backend/out-of-memory.ts";

it("makes one line of what TensorFlow says when a GPU is full, and of nothing else", () => {
  const said =
    "OOM when allocating tensor with shape[128,64,32,32] and type float on /device:GPU:0 by allocator GPU_0_bfc";
  expect(outOfMemory(new Error(said))?.message).toBe(
    "no memory left for a tensor of shape [128,64,32,32]; try a smaller batch, a narrower network or --jobs 1",
  );
  expect(outOfMemory(new RangeError("Array buffer allocation failed"))?.message).toMatch(/^no memory left; /);
  expect(outOfMemory(new Error("shapes do not match"))).toBeUndefined();
});
