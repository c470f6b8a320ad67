import type { QueryRows } from "../../feed/client/index.ts";
import { textOf } from "../../view/figure-rows.ts";

type Kind = "BOOLEAN" | "INT64" | "DOUBLE" | "STRING";

/**
 * Writes rows as Parquet: truth values, whole numbers to 64 bits and floating point as such, all else as the text that CSV
 * has. Loads what writes it when it is first asked for.
 */
export async function parquetOf({ columns, rows }: Pick<QueryRows, "columns" | "rows">): Promise<ArrayBuffer> {
  const { parquetWriteBuffer } = await import("hyparquet-writer");
  return parquetWriteBuffer({
    columnData: columns.map((column, i) => {
      const type = kindOf(column);
      return { name: column.name, type, nullable: true, data: rows.map((row) => cell(row[i], type)) };
    }),
  });
}

function kindOf({ type }: QueryRows["columns"][number]): Kind {
  if (type === "BOOLEAN") return "BOOLEAN";
  if (/^(TINYINT|SMALLINT|INTEGER|BIGINT|UTINYINT|USMALLINT|UINTEGER)$/.test(type)) return "INT64";
  return type === "DOUBLE" || type === "FLOAT" ? "DOUBLE" : "STRING";
}

function cell(value: unknown, kind: Kind): boolean | bigint | number | string | null {
  if (value === null || value === undefined) return null;
  if (kind === "STRING") return textOf(value);
  return kind === "INT64" ? BigInt(value as number | string) : (value as boolean | number);
}
