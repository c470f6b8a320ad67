import fc from "fast-check";
import { expect, it } from "vitest";
import type { Recorded } from "../../../src/core/types.ts";
import { type TickBatch, makeBatch } from "../../../src/feed/server/batch.ts";
import { histogramsFrame, readingsFrame } from "../../../src/feed/server/encode.ts";
import { Registry } from "../../../src/feed/server/registry.ts";
import { RecordSubscription } from "../../../src/feed/client/record-subscription.ts";
import { Definitions } from "../../../src/feed/client/definitions.ts";
import { definePlace, defineSeries } from "../../../src/feed/server/encode.ts";
import { HEADER_BYTES, newFrame, readHeader } from "../../../src/feed/protocol/frame.ts";
import { framesOf, joinFrames } from "../../../src/feed/protocol/message.ts";
import { decodeNumber, encodeNumber } from "../../../src/feed/protocol/number.ts";
import { aRun } from "../../fixtures/runs.ts";

const uint = fc.integer({ min: 0, max: 0xffff_ffff });
const step = fc.integer({ min: 0, max: 0x7fff_ffff });
const count = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const optional = <T>(value: fc.Arbitrary<T>, name: string) =>
  fc.option(value, { nil: undefined }).map((v) => (v === undefined ? {} : { [name]: v }));

const reading = fc
  .tuple(
    fc.record({ step, probe: fc.string(), stat: fc.string(), value: fc.double() }),
    optional(step, "layer"),
    optional(step, "unit"),
    optional(
      fc.double().map((value) => value + 0),
      "distance",
    ),
  )
  .map((parts): Recorded => Object.assign({ kind: "reading" }, ...parts) as Recorded);

const histogram = fc
  .tuple(
    fc.record({ step, layer: step, site: fc.string(), lo: fc.double(), hi: fc.double() }),
    fc.record({ counts: fc.array(uint, { maxLength: 20 }) }),
    optional(step, "unit"),
  )
  .map((parts): Recorded => Object.assign({ kind: "histogram" }, ...parts) as Recorded);

it("brings a header back as it was, aligned to eight bytes", () => {
  expect(HEADER_BYTES % 8).toBe(0);
  const header = fc.record({
    kind: fc.integer({ min: 0, max: 255 }),
    id: uint,
    run: uint,
    rows: uint,
    skipped: uint,
    extra: uint,
    tick: count,
    to: count,
  });
  fc.assert(
    fc.property(header, (given) => {
      const frame = newFrame(given, 16);
      expect(frame.byteLength).toBe(HEADER_BYTES + 16);
      expect(readHeader(frame.buffer)).toEqual(given);
    }),
  );
  expect(() => readHeader(new ArrayBuffer(HEADER_BYTES - 1))).toThrow(/without header/);
});

it("refuses a message whose frames are cut off or of no known kind", () => {
  const header = { kind: 1, id: 1, run: 1, rows: 2, skipped: 0, extra: 0, tick: 0, to: 0 };
  expect(() => [...framesOf(newFrame(header, 16).buffer)]).toThrow(/beyond its message/);
  expect(() => [...framesOf(newFrame({ ...header, kind: 9 }, 32).buffer)]).toThrow(/kind 9/);
  expect(() => [...framesOf(new ArrayBuffer(0))]).toThrow(/without header/);
  const joined = joinFrames([1, 2].map((id) => ({ id, frame: newFrame(header, 32) })));
  expect(() => [...framesOf(joined.slice(0, -1).buffer)]).toThrow(/beyond its message/);
  expect(() => [...framesOf(joined.slice(0, 80).buffer)]).toThrow(/without header/);
});

it("brings every number through JSON", () => {
  fc.assert(
    fc.property(fc.double(), (value) => {
      const there = JSON.parse(JSON.stringify(encodeNumber(value))) as ReturnType<typeof encodeNumber>;
      expect(decodeNumber(there)).toBe(value);
    }),
  );
});

it("brings readings and histograms through one message of their frames as they were recorded", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(reading, histogram), { maxLength: 60 }), fc.boolean(), (records, turned) => {
      const registry = new Registry();
      const run = registry.addRun(
        { ...aRun(), status: "running", endedAt: null, step: -1, stepsPerSecond: null },
        true,
      );
      const batch = makeBatch(registry, run, records);
      const definitions = definitionsOf(registry, batch);
      const header = { run: run.number, tick: 1, to: 0 };
      const rows = [...batch.readings.step.keys()];
      const frames = [
        { id: 7, frame: readingsFrame(batch.readings, rows, header) },
        { id: 8, frame: histogramsFrame(batch.histograms, header) },
      ];
      const message = joinFrames(turned ? frames.reverse() : frames).buffer;
      expect([...framesOf(message)].map(({ id }) => id)).toEqual(turned ? [8, 7] : [7, 8]);
      expect(decoded(message, 7, definitions)).toEqual(of("reading", records));
      expect(decoded(message, 8, definitions)).toEqual(of("histogram", records));
    }),
  );
});

const of = (kind: string, records: readonly Recorded[]) =>
  records.filter((record) => record.kind === kind).map((record) => ({ runId: "run-1", ...record }));

function definitionsOf(registry: Registry, batch: TickBatch): Definitions {
  const definitions = new Definitions();
  definitions.defineRun(batch.run.number, batch.run.state.runId);
  const series = [...batch.readings.series].map((number) => defineSeries(registry, number));
  const places = batch.histograms.map(({ place }) => definePlace(registry.place(place)));
  definitions.define(
    JSON.parse(JSON.stringify(series)) as typeof series,
    JSON.parse(JSON.stringify(places)) as typeof places,
  );
  return definitions;
}

function decoded(message: ArrayBuffer, id: number, definitions: Definitions): unknown[] {
  const got: unknown[] = [];
  const subscription = new RecordSubscription(
    { kind: "readings", filter: {} },
    {
      stored: false,
      observer: { next: (record: unknown) => got.push(record), error: () => undefined, complete: () => undefined },
      onLost: () => undefined,
    },
  );
  subscription.begin(definitions);
  for (const frame of framesOf(message)) if (frame.id === id) subscription.frame(frame);
  return got;
}
