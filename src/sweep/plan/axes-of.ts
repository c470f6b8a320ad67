import { UserError } from "../../core/errors.ts";
import type { HyperValue } from "../../core/types.ts";
import type { ExperimentSweep, SweepRange } from "../../experiment/sweep-grid.ts";
import { parseAxis, type SweepAxis } from "./axis.ts";

/**
 * Returns the axes of a sweep that an experiment declares.
 *
 * @throws {UserError} as for the same on the command line.
 */
export function axesOf({ grid }: ExperimentSweep<Record<string, HyperValue>>): readonly SweepAxis[] {
  return Object.entries(grid).flatMap(([key, values]): SweepAxis[] => {
    if (values === undefined) return [];
    try {
      return [isRange(values) ? parseAxis(`${key}=${rangeText(values)}`) : listed(key, values.map(String))];
    } catch (error) {
      throw error instanceof UserError ? new UserError(error.message.replace("--grid", "sweep.grid:")) : error;
    }
  });
}

const isRange = (values: readonly HyperValue[] | SweepRange): values is SweepRange => !Array.isArray(values);

const rangeText = ({ low, high, log = false, int = false }: SweepRange): string =>
  `${low}..${high}${log ? ":log" : ""}${int ? ":int" : ""}`;

function listed(key: string, values: readonly string[]): SweepAxis {
  const twice = values.find((value, i) => values.indexOf(value) < i);
  if (twice !== undefined) throw new UserError(`--grid ${key}: ${twice} is there twice`);
  return { kind: "list", key, values };
}
