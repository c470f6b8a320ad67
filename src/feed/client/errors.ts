/** The server refused a subscription. */
export class FeedError extends Error {
  /** Name of the class. */
  override readonly name: string = "FeedError";
}

/** The server refused or failed a query, or was gone before it answered. */
export class QueryError extends FeedError {
  /** Name of the class. */
  override readonly name = "QueryError";
  /** Characters of the statement before what is wrong, where that is known. */
  readonly position: number | undefined;
  /** Names that are there and look like one that is not. */
  readonly candidates: readonly string[];
  constructor(
    message: string,
    { position, candidates = [] }: Partial<Pick<QueryError, "position" | "candidates">> = {},
  ) {
    super(message);
    this.position = position;
    this.candidates = candidates;
  }
}
