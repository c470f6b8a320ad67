/** Rows as CSV (RFC 4180): quoted where needed, NULL empty, lists and objects as JSON. */
export function csvOf(columns, rows) {
  const cell = (value) => {
    if (value === null || value === undefined) return "";
    const text = typeof value === "object" ? JSON.stringify(value) : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [columns.map(({ name }) => name), ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}
