import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadData, openDataSet, UserError } from "gradstream";
import { idx } from "../fixtures/mnist-folder.ts";
import { rejection } from "../fixtures/runs.ts";

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "gradstream-own-"));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const put = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(cwd, name), content);
  return join(cwd, name);
};

/** Writes a Parquet file of what a query gives. */
async function parquet(name: string, query: string): Promise<string> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(`COPY (${query}) TO '${join(cwd, name)}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
  return join(cwd, name);
}

const FLOWERS = `length,width,id,species
5.1,3.5,1,setosa
7.0,3.2,2,versicolor
6.3,3.3,3,virginica
4.9,3.0,4,setosa
6.4,3.2,5,versicolor
`;

describe("loadData of tables", () => {
  it("takes text for classes in their order, and columns of numbers for values", async () => {
    const data = await loadData(put("flowers.csv", FLOWERS), { label: "species", drop: ["id"], test: 0 });
    expect(data).toMatchObject({ classes: ["setosa", "versicolor", "virginica"], shape: [2], train: { count: 5 } });
    expect([...data.train.pixels].slice(0, 4)).toEqual([5.1, 3.5, 7, 3.2].map(Math.fround));
    expect([...data.train.labels]).toEqual([0, 1, 2, 0, 1]);
    expect(data.name).toBe(`flowers.csv@${data.hash!.slice(0, 12)}`);
  });

  it("holds out the same part each time, and hashes the content alone", async () => {
    const [one, other] = [put("a.csv", FLOWERS), put("b.csv", FLOWERS)];
    const [a, b] = [await loadData(`${one},label=species`), await loadData(`${other},label=species`)];
    expect([a.train.count, a.test.count]).toEqual([4, 1]);
    expect(a.train).toEqual(b.train);
    expect(a.hash).toBe(b.hash);
    const changed = await loadData(`${put("b.csv", FLOWERS.replace("3.5", "3.6"))},label=species`);
    expect(changed.hash).not.toBe(a.hash);
    const all = [...a.train.pixels, ...a.test.pixels].sort();
    expect(all).toEqual([...(await loadData(one, { label: "species", test: 0 })).train.pixels].sort());
  });

  it("takes columns for the targets of a regression, one or several", async () => {
    const path = put("flowers.csv", FLOWERS);
    const one = await loadData(`${path},target=width,drop=species,test=0`);
    expect(one.train.labels).toEqual(Float32Array.from([3.5, 3.2, 3.3, 3, 3.2]));
    expect(one).toMatchObject({ shape: [2], classes: [] });
    const none = loadData(path, { targets: ["width", "length"], drop: ["species", "id"] });
    await expect(none).rejects.toThrow("flowers.csv: has no columns besides species, id, width, length");
    const both = await loadData(path, { targets: ["width", "length"], drop: ["species"], test: 0 });
    expect([...both.train.labels].slice(0, 2)).toEqual([3.5, 5.1].map(Math.fround));
  });

  it("reads Parquet, with lists of values, more than 256 classes and a test file of its own", async () => {
    const query = "SELECT [i, i + 0.5, i * 2]::FLOAT[] AS image, i * 300 AS label FROM range(5) t(i)";
    const train = await parquet("train.parquet", query);
    const test = await parquet("test.parquet", `${query} WHERE i < 2`);
    const data = await loadData(train, { test, shape: [1, 3, 1] });
    expect(data).toMatchObject({ shape: [1, 3, 1], train: { count: 5 }, test: { count: 2 } });
    expect(data.train.labels).toEqual(Uint16Array.from([0, 300, 600, 900, 1200]));
    expect([...data.train.pixels].slice(3, 6)).toEqual([1, 1.5, 2]);
    expect(data.classes).toHaveLength(1201);
  });

  it("keeps the classes of the training file for the test file", async () => {
    const path = put("flowers.csv", FLOWERS);
    const test = put("held.csv", "length,width,id,species\n1,2,3,virginica\n");
    expect([...(await loadData(path, { label: "species", test })).test.labels]).toEqual([2]);
    const odd = put("odd.csv", "length,width,id,species\n1,2,3,rosa\n");
    await expect(loadData(path, { label: "species", test: odd })).rejects.toThrow(
      'odd.csv: column species: row 1 is "rosa", which the training examples have not',
    );
  });

  it("takes the columns of a test file by their names, in any order", async () => {
    const path = put("train.csv", "a,b,label\n1,2,0\n3,4,1\n");
    const test = put("held.csv", "b,label,a\n7,1,100\n");
    expect([...(await loadData(path, { test })).test.pixels]).toEqual([100, 7]);
    const odd = put("odd.csv", "a,z,label\n1,2,0\n");
    await expect(loadData(path, { test: odd })).rejects.toThrow(
      "odd.csv: column z is none of the training examples'; leave it out of the file",
    );
    const short = put("short.csv", "a,label\n1,0\n");
    await expect(loadData(path, { test: short })).rejects.toThrow("short.csv: no column b; there are a, label");
  });

  it("refuses text among the classes of a test file where those of the training file are numbers", async () => {
    const path = put("train.csv", "a,label\n1,0\n3,10\n");
    const test = put("held.csv", "a,label\n1,10\n2,2\n3,x\n");
    await expect(loadData(path, { test })).rejects.toThrow(
      'held.csv: column label: row 3 is "x", but classes of the training examples are numbers',
    );
    const whole = await parquet("held.parquet", "SELECT 1.5 AS a, '10' AS label");
    expect([...(await loadData(path, { test: whole })).test.labels]).toEqual([10]);
  });

  it.each(["label=7", "fold=1", "split=train"])("takes the folder %s above a file for no column", async (folder) => {
    mkdirSync(join(cwd, folder));
    const data = await loadData(put(`${folder}/t.csv`, "a,b,label\n1,2,0\n3,4,1\n"), { test: 0 });
    expect(data.shape).toEqual([2]);
    expect([...data.train.labels]).toEqual([0, 1]);
    const path = await parquet(`${folder}/p.PARQUET`, "SELECT 1 AS a, 2 AS b, 3 AS label");
    expect(await loadData(path, { test: 0 })).toMatchObject({ shape: [2], train: { labels: Uint8Array.from([3]) } });
  });

  it("takes a row that begins with # for a row", async () => {
    const rows = "1,2,x\n#3,4,y\n5,6,y\n7,8,x\n";
    await expect(loadData(put("own.csv", `a,b,label\n${rows}`))).rejects.toThrow(
      'own.csv: row 2, column a is "#3", not a number; fix it, or leave it out with drop=a',
    );
    const all = await loadData(put("own.csv", `a,b,label\n${rows}`), { drop: ["a"], test: 0 });
    expect([...all.train.pixels]).toEqual([2, 4, 6, 8]);
  });

  it.each([
    ["no file", undefined, "", /^data: no file /],
    ["an empty file", "", "", "own.csv: is empty"],
    ["a header alone", "a,b,label\n", "", "own.csv: has no rows"],
    ["a column that is missing", "a,b\n1,2\n", ",label=c", "own.csv: no column c; there are a, b"],
    ["a class that nobody names", "a,b\n1,2\n", "", "own.csv: which column is the class? say label=… (or target=… to regress); there are a, b"],
    ["a dropped column that is missing", "a,label\n1,2\n", ",drop=x", "own.csv: no column x; there are a, label"],
    ["mixed types", "a,label\n1,0\nn/a,1\n3,1\n", "", 'own.csv: row 2, column a is "n/a", not a number; fix it, or leave it out with drop=a'],
    ["text", "a,b,label\n1,x,0\n2,y,1\n", "", 'own.csv: row 1, column b is "x", not a number; leave it out with drop=b'],
    ["dates", "a,b,label\n1,2020-01-01,0\n", "", "own.csv: column b is DATE, not a number; leave it out with drop=b"],
    ["a missing value", "a,label\n1,0\n,1\n", "", "own.csv: row 2, column a is missing"],
    ["NaN in a feature", "a,label\n1.5,0\nnan,1\n", "", "own.csv: row 2, column a is NaN"],
    ["an infinite target", "a,t\n1,0.5\n2,inf\n", ",target=t", "own.csv: row 2, column t is Infinity"],
    ["a missing label", "a,label\n1,x\n2,\n", "", "own.csv: row 2, column label is missing"],
    ["a negative label", "a,label\n1,0\n2,-1\n", "", "own.csv: column label: the label of example 1 is -1, expected 0 to 65535"],
    ["a label too large", "a,label\n1,0\n2,65536\n", "", "the label of example 1 is 65536, expected 0 to 65535"],
    ["a label with a fraction", "a,label\n1,0\n2,0.5\n", "", "the label of example 1 is 0.5, no class; are these targets of a regression?"],
    ["what is cut off in quotes", 'a,label\n1,"x"\n2,"y"\n3,"z', "", "own.csv: the quotes that line 4 opens are never closed"],
    ["lines of unequal lengths", "a,b,label\n1,2,0\n3,4\n5,6,1\n", "", "own.csv: line 3 has 2 fields, but the header has 3"],
    ["a shape that does not fit", "a,b,label\n1,2,0\n", ",shape=3x1", "own.csv: an example has 2 values, which is not [3,1]"],
    ["a part that is none", "a,label\n1,0\n", ",test=1.5", "own.csv: test=1.5 is not a part from 0 up to but not including 1"],
    ["an option twice", "a,label\n1,0\n", ",label=a,label=b", "data: label is there twice in"],
  ])("refuses %s in one line", async (_, content, options, message) => {
    const path = join(cwd, "own.csv");
    if (content !== undefined) put("own.csv", content);
    const error = await rejection(loadData(`${path}${options}`));
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain("\n");
  });

  it("refuses what is no Parquet, and lists of unequal lengths", async () => {
    await expect(loadData(put("x.parquet", "hello, world, no parquet"))).rejects.toThrow(/^x\.parquet: cannot be read \(/);
    const ragged = await parquet("r.parquet", "SELECT CASE WHEN i = 3 THEN [1] ELSE [1, 2] END AS v, 0 AS label FROM range(5) t(i)");
    await expect(loadData(ragged)).rejects.toThrow("r.parquet: row 4, column v has 1 values, but the first row has 2");
  });
});

describe("loadData of arrays", () => {
  const saved = JSON.parse(readFileSync("tests/fixtures/arrays.json", "utf8")) as {
    readonly archives: Readonly<Record<string, string>>;
    readonly arrays: Readonly<Record<string, { readonly npy: string; readonly values: readonly number[] }>>;
  };
  const npz = (name: string) => put(`${name}.npz`, Buffer.from(saved.archives[name]!, "base64"));

  it("reads NumPy's archives with their own test examples", async () => {
    const data = await loadData(npz("keras"));
    expect(data).toMatchObject({ shape: [4, 3, 1], train: { count: 3 }, test: { count: 2 } });
    expect(data.classes).toHaveLength(301);
  });

  it("takes booleans for 0 and 1", async () => {
    const path = put("b.npy", Buffer.from(saved.arrays["|b1"]!.npy, "base64"));
    put("y-idx1-ubyte", idx([3], [0, 2, 1]));
    const { train, shape } = await loadData(path, { label: "y-idx1-ubyte", test: 0 });
    expect(shape).toEqual([2, 4, 1]);
    expect(train.pixels).toEqual(Float32Array.from(saved.arrays["|b1"]!.values));
  });

  it("reads NumPy arrays and IDX files with their labels beside them", async () => {
    const npy = (name: string, dtype: string) => put(name, Buffer.from(saved.arrays[dtype]!.npy, "base64"));
    const path = npy("x.npy", "<f4");
    put("y-idx1-ubyte", idx([3], [0, 2, 1]));
    const data = await loadData(path, { label: "y-idx1-ubyte", test: 0 });
    expect(data).toMatchObject({ shape: [2, 4], train: { count: 3, labels: Uint8Array.from([0, 2, 1]) } });
    expect(data.train.pixels).toBeInstanceOf(Float32Array);
    await expect(loadData(path)).rejects.toThrow("x.npy: has no labels; name their file with label=… or target=…");
    put("z-idx1-ubyte", idx([2], [0, 2]));
    await expect(loadData(path, { label: "z-idx1-ubyte" })).rejects.toThrow(
      "z-idx1-ubyte: has labels of 2 examples, but x.npy has 3 examples",
    );
  });
});

describe("openDataSet of files", () => {
  it("finds them from the working folder, and says how they are opened again", async () => {
    put("flowers.csv", FLOWERS);
    const { data } = await openDataSet("flowers.csv,label=species,drop=id,test=0.4", { env: {}, cwd });
    expect(data).toMatchObject({ train: { count: 3 }, test: { count: 2 } });
    expect(data.from).toBe(`${join(cwd, "flowers.csv")},label=species,drop=id,test=0.4`);
    const again = await openDataSet(data.from as "x.csv", { env: {}, cwd: "/" });
    expect(again.data).toEqual(data);
  });

  it("finds those without an ending, by what of them is what or by their folder", async () => {
    put("train-images-idx3-ubyte", idx([2, 1, 2], [0, 255, 255, 0]));
    put("train-labels-idx1-ubyte", idx([2], [1, 0]));
    const { data } = await openDataSet("train-images-idx3-ubyte,label=train-labels-idx1-ubyte,test=0", { env: {}, cwd });
    expect(data).toMatchObject({ shape: [1, 2, 1], train: { count: 2 } });
    const again = await openDataSet(data.from as "x.csv", { env: {}, cwd: "/" });
    expect(again.data).toEqual(data);
    await expect(openDataSet("./nowhere", { env: {}, cwd })).rejects.toThrow("data: no file");
  });
});
