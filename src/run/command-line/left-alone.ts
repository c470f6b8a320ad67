import type { Imported } from "../../store/take-over.ts";

/** Says which runs were not taken over, behind how many were; empty where all were. */
export function leftAlone({ known, removed = 0 }: Imported): string {
  const there = known > 0 ? `; ${known} were there already` : "";
  return removed > 0 ? `${there}; ${removed} were removed there, and stay away without --with-removed` : there;
}
