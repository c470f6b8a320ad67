import { UserError } from "../core/errors.ts";
import type { RawExamples } from "../core/types.ts";
import type { DataChoice } from "./data-choice.ts";
import { labelled, MOST_CLASSES, type Arrays } from "./labelled.ts";
import { Table, type TableColumn } from "./table.ts";

/** Columns that are taken for the class where none is named. */
const USUAL = ["label", "class", "species", "target", "y"];

/** Examples of a table, with the names of their classes. */
interface Tabled {
  readonly examples: RawExamples;
  readonly classes: readonly string[] | undefined;
  /** Columns of the examples' values, in their order. */
  readonly features: readonly string[];
}

/**
 * Reads a Parquet or CSV file: one column is the class, or some are targets, and the others are the examples' values. A
 * file of test examples has the columns of that of the training examples, in any order.
 *
 * @throws {UserError} naming the file and the column, and where it can the row, of what is missing or no number.
 */
export function readTable(path: string, name: string, choice: DataChoice, training?: Tabled): Promise<Tabled> {
  return Table.open(path, name, async (table) => {
    const { targets = [], drop = [] } = choice;
    drop.forEach((column) => table.column(column));
    const label = targets.length > 0 ? undefined : labelColumn(table, choice.label);
    const targetColumns = targets.map((column) => table.column(column));
    const taken = new Set([...drop, ...targets, ...(label ? [label.name] : [])]);
    const others = table.columns.filter((column) => !taken.has(column.name));
    const features = training ? alike(table, others, training.features) : others;
    if (features.length === 0) throw new UserError(`${name}: has no columns besides ${[...taken].join(", ")}`);
    const values = await featureValues(table, features);
    const width = values.length / table.rows;
    const { labels, classes } = label
      ? await classValues(table, label, training)
      : { labels: await targetValues(table, targetColumns), classes: undefined };
    const examples = { who: name, values, shape: [table.rows, width] };
    return {
      examples: labelled({ examples, labels, shape: choice.shape, classes: classes?.length }),
      classes,
      features: features.map((column) => column.name),
    };
  });
}

/** Returns the columns of a test table in the order of the training table's. */
function alike(table: Table, others: readonly TableColumn[], features: readonly string[]): readonly TableColumn[] {
  const odd = others.find(({ name }) => !features.includes(name));
  if (odd) throw new UserError(`${table.name}: column ${odd.name} is none of the training examples'; leave it out of the file`);
  return features.map((column) => table.column(column));
}

function labelColumn(table: Table, asked: string | undefined): TableColumn {
  const name = asked ?? USUAL.find((usual) => table.columns.some((column) => column.name === usual));
  if (name !== undefined) return table.column(name);
  const names = table.columns.map((column) => column.name);
  const some = names.length > 12 ? `${names.slice(0, 12).join(", ")}, …` : names.join(", ");
  throw new UserError(`${table.name}: which column is the class? say label=… (or target=… to regress); there are ${some}`);
}

/** Returns the values of columns of numbers, or of one column of lists, row by row. */
async function featureValues(table: Table, features: readonly TableColumn[]): Promise<Float64Array> {
  const [first] = features;
  if (features.length === 1 && first!.kind === "list") return (await table.lists(first!)).values;
  return table.numbers(features);
}

async function targetValues(table: Table, columns: readonly TableColumn[]): Promise<Arrays["labels"]> {
  const values = await table.numbers(columns);
  const who = `${table.name}: ${columns.map(({ name }) => name).join(", ")}`;
  return { who, values, shape: [table.rows, columns.length], areTargets: true };
}

interface Classes {
  readonly labels: Arrays["labels"];
  readonly classes: readonly string[] | undefined;
}

/** Returns classes: whole numbers stand for themselves, text for its place among the texts in their order. */
async function classValues(table: Table, column: TableColumn, training?: Tabled): Promise<Classes> {
  const known = training?.classes;
  const who = `${table.name}: column ${column.name}`;
  const made = (values: Float64Array) => ({ who, values, shape: [table.rows], areTargets: false });
  if (column.kind === "number" && known === undefined) return { labels: made(await table.numbers([column])), classes: undefined };
  if (column.kind === "other" || column.kind === "list") throw new UserError(`${who} is ${column.type}, no class`);
  const texts = await table.texts(column);
  if (training && known === undefined) {
    const row = texts.findIndex((text) => !/^\d+$/.test(text));
    if (row < 0) return { labels: made(Float64Array.from(texts, Number)), classes: undefined };
    throw new UserError(`${who}: row ${row + 1} is ${JSON.stringify(texts[row])}, but classes of the training examples are numbers`);
  }
  const classes = known ?? [...new Set(texts)].sort();
  if (classes.length > MOST_CLASSES) throw new UserError(`${who} has ${classes.length} classes; there may be ${MOST_CLASSES}`);
  const indices = new Map(classes.map((text, i) => [text, i]));
  const values = Float64Array.from(texts, (text, row) => {
    const index = indices.get(text);
    if (index !== undefined) return index;
    throw new UserError(`${who}: row ${row + 1} is ${JSON.stringify(text)}, which the training examples have not`);
  });
  return { labels: made(values), classes };
}
