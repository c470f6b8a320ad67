import { expect, it } from "vitest";
import { Remembered } from "../../src/core/remembered.ts";
import type { Memory } from "../../src/core/snapshot.ts";

it("gives a part its memory back once: one that begins anew after a failure begins with none", () => {
  const restored = {
    step: 3,
    batchHash: 0,
    tensors: { "memory/probe p 1/latest": { shape: [1], values: Float32Array.of(7) } },
    costs: {},
    places: ["probe p 1"],
  };
  const remembered = new Remembered(restored);
  const loaded: Memory[] = [];
  const part = { name: "probe p", save: () => ({}), load: (memory: Memory) => loaded.push(memory) };
  const forget = remembered.add(part);
  expect(loaded).toEqual([{ latest: Float32Array.of(7) }]);
  forget();
  remembered.add(part);
  expect(loaded).toHaveLength(1);
  remembered.check();
});
