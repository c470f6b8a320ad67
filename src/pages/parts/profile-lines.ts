// What was read at each distance, at one step.

import type { Series } from "../../feed/client/index.ts";
import { grouped } from "../../view/grouped.ts";
import { indexAt } from "../../view/points.ts";
import type { Line } from "./content.ts";
import { curveLines, type CurveOptions } from "./curve-lines.ts";

/** Makes one line per curve over the distances: mean and range over the seeds that were read at that step. */
export function profileLines(series: readonly Series[], options: CurveOptions, step: number | undefined): Line[] {
  const rows = series.flatMap((one) => {
    const { runId, distance, lastStep, last, length } = one;
    const i = indexAt({ x: lastStep, length }, step ?? NaN);
    const isThere = distance !== null && i < length && lastStep[i] === step;
    return isThere ? [{ runId, distance, value: last[i]! }] : [];
  });
  const profiles = [...grouped(rows, ({ runId }) => runId)].map(([runId, members]): Series => {
    members.sort((a, b) => a.distance - b.distance);
    const distances = Float64Array.from(members, ({ distance }) => distance);
    const values = Float64Array.from(members, ({ value }) => value);
    const key = {
      runId,
      probe: "gradient_steps",
      stat: "gradient_difference",
      layer: null,
      unit: null,
      distance: null,
    };
    const { length } = members;
    return {
      ...key,
      width: 1,
      version: 0,
      readings: length,
      length,
      broken: new Uint32Array(length),
      start: distances,
      lastStep: distances,
      minStep: distances,
      maxStep: distances,
      last: values,
      min: values,
      max: values,
    };
  });
  return curveLines(profiles, { ...options, span: 0 });
}
