import { z } from "zod";

/** A trial of a sweep, as its workers get it. */
export const plannedTrial = z.strictObject({
  trialId: z.string(),
  runId: z.string(),
  arm: z.string(),
  seed: z.int(),
  hyper: z.looseObject({ steps: z.int().positive() }).catchall(z.union([z.number(), z.string(), z.boolean()])),
  network: z.string(),
  /** Of a successive halving, from 0; 0 otherwise. */
  rung: z.int(),
});

export type PlannedTrial = Readonly<z.infer<typeof plannedTrial>>;
