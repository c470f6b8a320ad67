/** Whether values of a DuckDB type are numbers. */
export const isNumeric = (type: string): boolean =>
  /^(DOUBLE|FLOAT|DECIMAL.*|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?)$/.test(type);
