import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

const DELIMITERS = [",", ";", "\t", "|"];

/**
 * Finds the first line of a CSV file with another number of fields than its header, or quotes that are never closed, in
 * words; undefined without either.
 */
export async function oddRow(path: string): Promise<string | undefined> {
  const lines = createInterface({ input: createReadStream(path, "utf8"), crlfDelay: Infinity });
  let [number, delimiter, wanted] = [0, ",", 0];
  let [open, began] = ["", 0];
  try {
    for await (const line of lines) {
      number += 1;
      if (open === "") began = number;
      open = open === "" ? line : `${open}\n${line}`;
      // A field in quotes goes on in the next line.
      if ((open.match(/"/g)?.length ?? 0) % 2 === 1) continue;
      const record = open.replaceAll(/"(?:[^"]|"")*"/g, "");
      open = "";
      const count = (by: string) => record.split(by).length;
      if (wanted === 0) {
        delimiter = DELIMITERS.reduce((best, next) => (count(next) > count(best) ? next : best));
        wanted = count(delimiter);
      } else if (record !== "" && count(delimiter) !== wanted) {
        return `line ${number} has ${count(delimiter)} fields, but the header has ${wanted}`;
      }
    }
  } finally {
    lines.close();
  }
  return open === "" ? undefined : `the quotes that line ${began} opens are never closed`;
}
