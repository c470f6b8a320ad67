import fc from "fast-check";
import { expect, it } from "vitest";
import type { Recorded } from "../../../src/core/types.ts";
import { decodeSegment, encodeSegment } from "../../../src/sweep/place/segment.ts";

const value = fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, -0));
const step = fc.nat(1e6);
const plain = { noNullPrototype: true } as const;
const record = fc.oneof(
  fc.record({ kind: fc.constant("reading" as const), step, probe: fc.string(), stat: fc.string(), value }, plain),
  fc.record(
    {
      kind: fc.constant("reading" as const),
      step,
      probe: fc.string(),
      stat: fc.string(),
      value,
      layer: fc.nat(40),
      distance: value,
    },
    plain,
  ),
  fc.record(
    {
      kind: fc.constant("histogram" as const),
      step,
      layer: fc.nat(40),
      site: fc.string(),
      lo: value,
      hi: value,
      counts: fc.array(fc.nat(1000)),
    },
    plain,
  ),
  fc.record(
    {
      kind: fc.constant("event" as const),
      step,
      at: fc.nat(),
      level: fc.constantFrom("info" as const, "warning" as const),
      name: fc.string(),
      message: fc.string(),
    },
    plain,
  ),
) as fc.Arbitrary<Recorded>;

it("comes back as it was written, numbers bit by bit", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(record), fc.nat(), async (records, steps) => {
      const read = await decodeSegment(await encodeSegment({ records, steps }));
      expect(read).toStrictEqual({ records, steps });
    }),
  );
});

it("refuses what is no record", async () => {
  const bytes = await encodeSegment({
    records: [{ kind: "reading", step: 0.5, probe: "a", stat: "b", value: 1 }],
    steps: 1,
  });
  await expect(decodeSegment(bytes)).rejects.toThrow("step");
});
