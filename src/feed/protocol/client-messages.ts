import { z } from "zod";
import { LIMITS, PROTOCOL } from "./protocol.ts";

const id = z.number().int().min(1).max(0xffff_ffff);
const step = z.number().int().min(-0x8000_0000).max(0x7fff_ffff);
const patterns = z.array(z.string().max(LIMITS.pattern)).max(LIMITS.list);
const numbers = z.union([z.array(step).max(LIMITS.list), z.enum(["none", "any"])]);

export const filter = z.strictObject({
  runs: patterns.optional(),
  experiments: patterns.optional(),
  arms: patterns.optional(),
  probes: patterns.optional(),
  stats: patterns.optional(),
  layers: numbers.optional(),
  units: numbers.optional(),
  distances: z.enum(["none", "any"]).optional(),
});

/** Where a client that comes back left off: everything up to `tick` of that server process has reached it. */
const resume = z.strictObject({ epoch: z.string().max(64), tick: z.number().int().nonnegative() });

const subscribe = { type: z.literal("subscribe"), id, filter, resume: resume.optional() };

const name = z.string().max(1000);
const FINITE = "must be a finite number";
const control = { type: z.literal("control"), id };

/** What clients say, in JSON text frames. The first message is `hello`. */
export const clientMessage = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("hello"), protocol: z.literal(PROTOCOL) }),
  z.discriminatedUnion("kind", [
    z.strictObject({ ...subscribe, kind: z.enum(["readings", "events"]) }),
    z.strictObject({ ...subscribe, kind: z.literal("histograms"), every: z.number().int().min(1).optional() }),
    z.strictObject({
      ...subscribe,
      kind: z.literal("series"),
      points: z.number().int().min(1).max(LIMITS.points).optional(),
      from: step.optional(),
      to: step.optional(),
    }),
  ]),
  z.strictObject({ type: z.literal("unsubscribe"), id }),
  z.discriminatedUnion("action", [
    z.strictObject({ ...control, action: z.enum(["stop", "pause", "continue"]), run: name }),
    z.strictObject({ ...control, action: z.literal("move"), run: name, control: name, value: z.number(FINITE) }),
    z.strictObject({ ...control, action: z.literal("skip"), declaration: name, arm: name, seed: z.number().int() }),
    z.strictObject({ ...control, action: z.literal("remove"), run: name }),
    z.strictObject({
      ...control,
      action: z.literal("note"),
      run: name,
      note: z.string().max(LIMITS.note).optional(),
      tags: z.array(z.string().max(LIMITS.pattern)).max(LIMITS.list).optional(),
    }),
  ]),
  z.strictObject({ type: z.literal("query"), id, sql: z.string().max(LIMITS.sql) }),
]);
export type ClientMessage = z.infer<typeof clientMessage>;
export type Subscribe = Extract<ClientMessage, { type: "subscribe" }>;
