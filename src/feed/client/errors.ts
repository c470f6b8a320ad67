/** The server refused a subscription. */
export class FeedError extends Error {
  /** Name of the class. */
  override readonly name: string = "FeedError";
}

/** The server refused or failed a query, or was gone before it answered. */
export class QueryError extends FeedError {
  /** Name of the class. */
  override readonly name = "QueryError";
}
