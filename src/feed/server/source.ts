export type Parameter = string | number | null;

/** Some rows of a result, column by column. */
export interface Chunk {
  readonly rowCount: number;
  column(index: number): { getItem(row: number): unknown };
}

export type Select = (sql: string, params?: readonly Parameter[]) => Promise<readonly Chunk[]>;

/** What SQL of a client's gave. */
export interface Answer {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly unknown[])[];
  readonly truncated: boolean;
}

/** Rows, characters of all values, and milliseconds that an answer may take. */
export interface Limits {
  readonly rows: number;
  readonly characters: number;
  readonly ms: number;
}

export interface FeedReader {
  /** Runs SELECTs that all see the store as it is at the first of them. */
  snapshot<T>(task: (select: Select) => Promise<T>): Promise<T>;
  /** Runs one SELECT that a client wrote. */
  ask(sql: string, limits: Limits): Promise<Answer>;
  close(): Promise<void>;
}

/** What the feed needs of a store: it receives everything that is published. */
export interface FeedStore {
  readonly path: string;
  flush(): Promise<void>;
  openReader(): Promise<FeedReader>;
  seal(): Promise<void>;
}
