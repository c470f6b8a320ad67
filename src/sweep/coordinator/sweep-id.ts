import { randomBytes } from "node:crypto";

/** Names a new sweep by the time and four digits: `20261128T031200-3fa9`. */
export function newSweepId(at = Date.now()): string {
  const stamp = new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
  return `${stamp}-${randomBytes(2).toString("hex")}`;
}
