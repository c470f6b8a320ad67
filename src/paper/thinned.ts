/** Writes SQL that is true of the first record at or after each of about `count` evenly spaced steps of a run. */
export const isOneOf = (count: number, partition: string): string =>
  `row_number() OVER (PARTITION BY ${partition}, step // greatest(1, round(steps / ${count}.0)::INTEGER) ORDER BY step) = 1`;
