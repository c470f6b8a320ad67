import { z } from "zod";
import type { RunStatus } from "../core/types.ts";

/** Wire format of the feed, version 1: JSON text frames. docs/FEED.md describes the conversation. */
export const PROTOCOL = 1;

/** Codes with which the server closes a connection. */
export const CLOSE = { goingAway: 1001, refused: 1008, failed: 1011, tooSlow: 1013 } as const;

/** JSON has no NaN and no infinities: they travel as their names. */
export const wireNumber = z.union([z.number(), z.enum(["NaN", "Infinity", "-Infinity"])]);
export type WireNumber = z.infer<typeof wireNumber>;

const count = z.number().int().nonnegative();

/** Records of one run by table; in a `records` message, how many came before its first. */
export const counts = z.object({ reading: count, histogram: count, event: count });
export type Counts = z.infer<typeof counts>;

/** Readings as columns of one length; null where a reading has no layer, unit or distance. */
export const readingColumns = z.object({
  step: z.array(z.number()),
  probe: z.array(z.string()),
  stat: z.array(z.string()),
  layer: z.array(z.number().nullable()),
  unit: z.array(z.number().nullable()),
  distance: z.array(wireNumber.nullable()),
  value: z.array(wireNumber),
});
export type ReadingColumns = z.infer<typeof readingColumns>;

export const wireHistogram = z.object({
  step: z.number(),
  layer: z.number(),
  site: z.string(),
  unit: z.number().nullable(),
  lo: wireNumber,
  hi: wireNumber,
  counts: z.array(z.number()),
});
export type WireHistogram = z.infer<typeof wireHistogram>;

export const wireEvent = z.object({
  step: z.number(),
  at: z.number(),
  level: z.string(),
  event: z.string(),
  message: z.string(),
  data: z.unknown(),
});
export type WireEvent = z.infer<typeof wireEvent>;

const status = z.enum(["running", "completed", "diverged", "failed", "interrupted"]) satisfies z.ZodType<RunStatus>;

/** A run as it stands. Times in milliseconds since the Unix epoch. */
export const runState = z.object({
  runId: z.string(),
  experiment: z.string(),
  arm: z.string(),
  seed: z.number(),
  hyper: z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()])),
  steps: z.number(),
  backend: z.string(),
  dataset: z.string(),
  network: z.string(),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  status,
});
export type RunState = z.infer<typeof runState>;

export const recordsMessage = z.object({
  type: z.literal("records"),
  runId: z.string(),
  seq: counts,
  readings: readingColumns,
  histograms: z.array(wireHistogram),
  events: z.array(wireEvent),
});
export type RecordsMessage = z.infer<typeof recordsMessage>;

export const serverMessage = z.discriminatedUnion("type", [
  z.object({ type: z.literal("hello"), protocol: z.literal(PROTOCOL), epoch: z.string() }),
  z.object({ type: z.literal("snapshot"), runs: z.array(z.object({ ...runState.shape, counts })) }),
  recordsMessage,
  z.object({ type: z.literal("live") }),
  z.object({ type: z.literal("run"), ...runState.shape }),
]);
export type ServerMessage = z.infer<typeof serverMessage>;

export const clientMessage = z.discriminatedUnion("type", [
  z.object({ type: z.literal("hello"), protocol: z.literal(PROTOCOL) }),
]);
export type ClientMessage = z.infer<typeof clientMessage>;
