import { shellQuoted } from "../../core/shell-quoted.ts";

/** Writes the command that asks the same in a terminal, quoted for a shell. */
export const askingCommand = (sql: string, store?: string): string =>
  `npx gradstream sql ${shellQuoted(sql.trim())}${store === undefined ? "" : ` --store ${shellQuoted(store)}`}`;
