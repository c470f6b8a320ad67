const CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  // PostgreSQL: shut down, crashed, starting; too many connections.
  "57P01",
  "57P02",
  "57P03",
  "53300",
]);
const TEXTS =
  /ECONNREFUSED|ETIMEDOUT|connection terminated|connection is closed|timeout exceeded when trying to connect|query read timeout|connection ended unexpectedly|is not queryable|timeout expired|^LOADING |cannot use a pool after/i;

/** Tells whether an error says that a server is out of reach, which may pass, and nothing about what was asked. */
export function isOutage(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isOutage);
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? String(error.code) : "";
  return CODES.has(code) || code.startsWith("08") || TEXTS.test(error.message);
}
