import { z } from "zod";
import { SCALES } from "../../experiment/experiment.ts";

const point = z.record(z.string(), z.string());

/** Which trials a sweep is of, as it is kept: enough to plan it again. */
export const searchShape = z.strictObject({
  points: z.array(point),
  seeds: z.array(z.int()),
  scale: z.enum(SCALES),
  set: point,
  arms: z.array(z.string()).optional(),
  halving: z
    .strictObject({
      metric: z.string(),
      isMax: z.boolean(),
      eta: z.int().min(2),
      by: z.enum(["steps", "seeds"]),
    })
    .optional(),
});

export type Search = Readonly<z.infer<typeof searchShape>>;
