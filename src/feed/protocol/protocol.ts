/** Version of the wire format; docs/FEED.md is its specification. */
export const PROTOCOL = 4;

/** Codes with which a connection is closed. */
export const CLOSE = {
  goingAway: 1001,
  /** The client broke the protocol. */
  refused: 1008,
  tooLarge: 1009,
  /** The store could not be read. */
  failed: 1011,
  tooSlow: 1013,
} as const;

/** Bounds that both sides know. */
export const LIMITS = {
  /** Bytes of one message from a client. */
  message: 65_536,
  /** Subscriptions of one connection. */
  subscriptions: 256,
  /** Patterns, layers or units in one list of a filter. */
  list: 256,
  /** Characters of one pattern. */
  pattern: 256,
  /** Characters of a note on a run. */
  note: 10_000,
  /** Queries of one client that are answered or wait. */
  queries: 4,
  /** Characters of one SQL query. */
  sql: 32_768,
  /** Buckets per series that may be asked for. */
  points: 16_384,
} as const;
