/** Types of a frame's columns; those of 8 bytes come first, so that every column is aligned. */
const ARRAYS = { f64: Float64Array, i32: Int32Array, u32: Uint32Array } as const;
export type ColumnType = keyof typeof ARRAYS;
export type ColumnsOf<T extends Readonly<Record<string, ColumnType>>> = {
  readonly [K in keyof T]: InstanceType<(typeof ARRAYS)[T[K]]>;
};

/** Computes how many bytes `rows` rows take. */
export function bytesOf(types: Readonly<Record<string, ColumnType>>, rows: number): number {
  return Object.values(types).reduce((sum, type) => sum + ARRAYS[type].BYTES_PER_ELEMENT * rows, 0);
}

/** Makes new columns in one buffer. */
export function newColumns<T extends Readonly<Record<string, ColumnType>>>(types: T, rows: number): ColumnsOf<T> {
  return viewColumns(types, new ArrayBuffer(bytesOf(types, rows)), 0, rows);
}

/** Returns the columns that begin at byte `start`, as views of the buffer. @throws {RangeError} when it is too short. */
export function viewColumns<T extends Readonly<Record<string, ColumnType>>>(
  types: T,
  buffer: ArrayBuffer,
  start: number,
  rows: number,
): ColumnsOf<T> {
  let at = start;
  const columns: Record<string, unknown> = {};
  for (const [name, type] of Object.entries(types)) {
    columns[name] = new ARRAYS[type](buffer, at, rows);
    at += ARRAYS[type].BYTES_PER_ELEMENT * rows;
  }
  return columns as ColumnsOf<T>;
}

/** Readings, in the order in which they were recorded. */
export const READING_COLUMNS = { value: "f64", step: "i32", series: "u32" } as const;
export type ReadingColumns = ColumnsOf<typeof READING_COLUMNS>;

/** Buckets, of one series after the other, each in order of `start`. */
export const BUCKET_COLUMNS = {
  min: "f64",
  max: "f64",
  last: "f64",
  start: "i32",
  minStep: "i32",
  maxStep: "i32",
  lastStep: "i32",
  readings: "u32",
  broken: "u32",
  series: "u32",
} as const;
export type BucketColumns = ColumnsOf<typeof BUCKET_COLUMNS>;

/** Histograms; after these columns come the counts (u32) of all bins of all rows, `bins` of each row. */
export const HISTOGRAM_COLUMNS = { lo: "f64", hi: "f64", step: "i32", place: "u32", bins: "u32" } as const;
