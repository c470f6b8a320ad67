import { filter, type OperatorFunction } from "rxjs";
import { isReading } from "../core/recorded.ts";
import type { Reading, Recorded } from "../core/types.ts";

/**
 * Passes the readings of a stream of records, those of one probe and stat where they are named; the rest is left out.
 *
 * @example
 * ```ts
 * import { from, map } from "rxjs";
 * import { readings, type Recorded } from "gradstream";
 *
 * const records: Recorded[] = [{ kind: "reading", step: 0, probe: "loss", stat: "loss", value: 2.3 }];
 * from(records)
 *   .pipe(
 *     readings("loss", "loss"),
 *     map(({ value }) => value),
 *   )
 *   .subscribe(console.log); // 2.3
 * ```
 */
export function readings(probe?: string, stat?: string): OperatorFunction<Recorded, Reading> {
  return filter(
    (record): record is Reading =>
      isReading(record) &&
      (probe === undefined || record.probe === probe) &&
      (stat === undefined || record.stat === stat),
  );
}
