/** Writes text as a literal of SQL, where a statement takes no parameters. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Writes a name of a database, table or column as SQL has it. */
export const quotedName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
