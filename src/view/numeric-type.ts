/** Tells whether values of a DuckDB type are numbers: `DECIMAL(18,3)` are, lists of them are not. */
export const isNumericType = (type: string): boolean =>
  /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL\([^)]*\))$/.test(type);
