import { DuckDBInstance, DuckDBTypeId, type DuckDBConnection, type DuckDBType } from "@duckdb/node-api";
import { UserError } from "../core/errors.ts";
import { oddRow } from "./odd-row.ts";

/** A column as it is in a file. */
export interface TableColumn {
  readonly name: string;
  readonly kind: "number" | "text" | "list" | "other";
  /** Type in DuckDB's words. */
  readonly type: string;
  /** Whether its values are whole numbers. */
  readonly isWhole: boolean;
}

const FRACTIONS = [DuckDBTypeId.FLOAT, DuckDBTypeId.DOUBLE, DuckDBTypeId.DECIMAL];
const WHOLE = [
  DuckDBTypeId.BOOLEAN, DuckDBTypeId.TINYINT, DuckDBTypeId.SMALLINT, DuckDBTypeId.INTEGER, DuckDBTypeId.BIGINT,
  DuckDBTypeId.UTINYINT, DuckDBTypeId.USMALLINT, DuckDBTypeId.UINTEGER, DuckDBTypeId.UBIGINT, DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UHUGEINT,
];

/** A Parquet or CSV file, read by DuckDB in memory. Rows are named from 1, without the header. */
export class Table {
  /** Name of the file, for messages. */
  readonly name: string;
  readonly columns: readonly TableColumn[];
  readonly rows: number;
  readonly #connection: DuckDBConnection;

  private constructor(name: string, columns: readonly TableColumn[], rows: number, connection: DuckDBConnection) {
    this.name = name;
    this.columns = columns;
    this.rows = rows;
    this.#connection = connection;
  }

  /**
   * Reads a file with a header, and lets `use` see it.
   *
   * @throws {UserError} naming the file, and where it can be told the row, when it is damaged or empty.
   */
  static async open<T>(path: string, name: string, use: (table: Table) => Promise<T>): Promise<T> {
    const instance = await DuckDBInstance.create(":memory:", {
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
    });
    const connection = await instance.connect();
    try {
      await connection.run(`CREATE TEMP TABLE source AS SELECT * FROM ${reader(path)}`).catch(async (error: unknown) => {
        const why = isParquet(path) ? undefined : await oddRow(path);
        throw new UserError(`${name}: ${why ?? `cannot be read (${firstLine(error)})`}`);
      });
      const described = await connection.runAndReadAll("SELECT * FROM source LIMIT 0");
      const types = described.columnTypes();
      const columns = described.columnNames().map((column, i) => columnOf(column, types[i]!));
      // What has lines of unequal lengths can be read as one column of text.
      if (columns.length === 1 && columns[0]!.kind === "text" && !isParquet(path)) {
        const why = await oddRow(path);
        if (why !== undefined) throw new UserError(`${name}: ${why}`);
      }
      const counted = await connection.runAndReadAll("SELECT count(*)::INTEGER FROM source");
      const rows = counted.getRows()[0]![0] as number;
      if (rows === 0) throw new UserError(`${name}: has no rows`);
      return await use(new Table(name, columns, rows, connection));
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  }

  /**
   * Returns a column by its name.
   *
   * @throws {UserError} when there is none.
   */
  column(name: string): TableColumn {
    const found = this.columns.find((column) => column.name === name);
    if (found) return found;
    throw new UserError(`${this.name}: no column ${name}; there are ${listed(this.columns.map((column) => column.name))}`);
  }

  /**
   * Returns columns of numbers, row by row.
   *
   * @throws {UserError} naming the column and the first row with what is missing or not a finite number.
   */
  async numbers(columns: readonly TableColumn[]): Promise<Float64Array> {
    for (const column of columns) if (column.kind !== "number") throw await this.#noNumbers(column);
    const out = new Float64Array(this.rows * columns.length);
    const chosen = columns.map(({ name }) => `${quoted(name)}::DOUBLE`).join(", ");
    await this.#each(`SELECT ${chosen} FROM source`, (row, values) => {
      values.forEach((value, i) => {
        const number = value as number | null;
        if (number === null) throw new UserError(`${this.#place(row, columns[i]!)} is missing`);
        if (!Number.isFinite(number)) throw new UserError(`${this.#place(row, columns[i]!)} is ${number}`);
        out[row * columns.length + i] = number;
      });
    });
    return out;
  }

  /**
   * Returns a column of lists of equal length, row by row, with that length.
   *
   * @throws {UserError} naming the first row with another length, or with what is no finite number.
   */
  async lists(column: TableColumn): Promise<{ readonly values: Float64Array; readonly length: number }> {
    let out: Float64Array | undefined;
    let length = 0;
    await this.#each(`SELECT ${quoted(column.name)}::DOUBLE[] FROM source`, (row, [list]) => {
      const { items } = (list ?? { items: [] }) as { items: readonly unknown[] };
      out ??= new Float64Array(this.rows * (length = items.length));
      if (items.length !== length) {
        throw new UserError(`${this.#place(row, column)} has ${items.length} values, but the first row has ${length}`);
      }
      const wrong = items.findIndex((item) => !Number.isFinite(item));
      if (wrong >= 0) throw new UserError(`${this.#place(row, column)}: value ${wrong} is ${String(items[wrong])}`);
      out.set(items as number[], row * length);
    });
    return { values: out!, length };
  }

  /**
   * Returns a column as text, row by row.
   *
   * @throws {UserError} naming the first row where it is missing.
   */
  async texts(column: TableColumn): Promise<readonly string[]> {
    const out: string[] = [];
    await this.#each(`SELECT ${quoted(column.name)}::VARCHAR FROM source`, (row, [value]) => {
      if (value === null) throw new UserError(`${this.#place(row, column)} is missing`);
      out.push(value as string);
    });
    return out;
  }

  async #each(sql: string, take: (row: number, values: readonly unknown[]) => void): Promise<void> {
    const result = await this.#connection.stream(sql);
    let row = 0;
    for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
      for (const values of chunk.getRows()) take(row++, values);
    }
  }

  #place(row: number, { name }: TableColumn): string {
    return `${this.name}: row ${row + 1}, column ${name}`;
  }

  async #noNumbers(column: TableColumn): Promise<UserError> {
    const [name, leaveOut] = [quoted(column.name), `leave it out with drop=${column.name}`];
    if (column.kind !== "text") {
      return new UserError(`${this.name}: column ${column.name} is ${column.type}, not a number; ${leaveOut}`);
    }
    const found = await this.#connection.runAndReadAll(
      `SELECT row, value, numbers FROM (SELECT row_number() OVER () AS row, ${name} AS value,
         count(TRY_CAST(${name} AS DOUBLE)) OVER () AS numbers FROM source)
       WHERE value IS NOT NULL AND TRY_CAST(value AS DOUBLE) IS NULL ORDER BY row LIMIT 1`,
    );
    const [row, value, numbers] = found.getRows()[0] ?? [];
    const mixed = Number(numbers) > 0 ? `fix it, or ${leaveOut}` : leaveOut;
    return new UserError(`${this.#place(Number(row) - 1, column)} is ${JSON.stringify(value)}, not a number; ${mixed}`);
  }
}

function columnOf(name: string, type: DuckDBType): TableColumn {
  const isWhole = WHOLE.includes(type.typeId);
  const isList = [DuckDBTypeId.LIST, DuckDBTypeId.ARRAY].includes(type.typeId) && isNumber((type as ListType).valueType);
  const isText = type.typeId === DuckDBTypeId.VARCHAR || type.typeId === DuckDBTypeId.ENUM;
  const kind = isNumber(type) ? "number" : isList ? "list" : isText ? "text" : "other";
  return { name, kind, type: type.toString(), isWhole };
}

type ListType = Extract<DuckDBType, { readonly valueType: DuckDBType }>;

const isNumber = ({ typeId }: DuckDBType): boolean => WHOLE.includes(typeId) || FRACTIONS.includes(typeId);

/** Writes the function that reads a file: types are those of all rows, and the first is the header. */
function reader(path: string): string {
  const file = `'${path.replaceAll("'", "''")}'`;
  // Folders such as label=7 are no columns of what lies in them.
  const folders = "hive_partitioning = false";
  if (isParquet(path)) return `read_parquet(${file}, ${folders})`;
  const options = `header = true, sample_size = -1, skip = 0, comment = '', quote = '"', escape = '"', ${folders}`;
  return `read_csv(${file}, ${options}${/\.tsv$/i.test(path) ? ", delim = '\t'" : ""})`;
}

const isParquet = (path: string): boolean => /\.parquet$/i.test(path);
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split("\n")[0]!;

/** Names of columns in a line, of many the first. */
const listed = (names: readonly string[]): string =>
  names.length > 12 ? `${names.slice(0, 12).join(", ")} and ${names.length - 12} more` : names.join(", ");
