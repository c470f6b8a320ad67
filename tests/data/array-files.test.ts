import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseIdx } from "../../src/data/idx.ts";
import { npzExamples } from "../../src/data/npz.ts";
import { parseNpy } from "../../src/data/npy.ts";
import { zipEntries } from "../../src/data/zip.ts";
import { idx } from "../fixtures/mnist-folder.ts";

interface Saved {
  readonly npy: string;
  readonly shape: number[];
  readonly values: number[];
}

const made = JSON.parse(readFileSync("tests/fixtures/arrays.json", "utf8")) as {
  readonly arrays: Readonly<Record<string, Saved>>;
  readonly archives: Readonly<Record<"keras" | "packed" | "unequal" | "wholeTest", string>>;
  readonly images: number[];
  readonly labels: number[];
};
const bytesOf = (base64: string) => Uint8Array.from(Buffer.from(base64, "base64"));
const { text, complex, ...numbers } = made.arrays;

describe("parseNpy", () => {
  it.each(Object.keys(numbers))("reads what NumPy saved as %s", (name) => {
    const { npy, shape, values } = numbers[name]!;
    const read = parseNpy(bytesOf(npy), "x.npy");
    expect(read.shape).toEqual(shape);
    expect([...read.values]).toEqual(values);
  });

  it.each([
    ["other files", Buffer.from("hello, this is text"), "x.npy: does not begin as a .npy file does"],
    ["text", bytesOf(text!.npy), "x.npy: holds <U2, not numbers"],
    ["complex numbers", bytesOf(complex!.npy), "x.npy: holds <c16, not numbers"],
    ["what is cut off", bytesOf(numbers["<f4"]!.npy).subarray(0, 200), "bytes of values, but [3,2,4] takes 96; is it cut off?"],
    ["half a header", bytesOf(numbers["<f4"]!.npy).subarray(0, 60), "x.npy: its header is cut off"],
  ])("refuses %s", (_, bytes, message) => {
    expect(() => parseNpy(bytes, "x.npy")).toThrow(message);
  });
});

describe("parseIdx", () => {
  it("reads every element type, high byte first", () => {
    expect(parseIdx(idx([2, 3], [1, 2, 3, 4, 5, 255]), "x")).toEqual({
      shape: [2, 3],
      values: Uint8Array.from([1, 2, 3, 4, 5, 255]),
    });
    const short = Buffer.from([0, 0, 0x0b, 1, 0, 0, 0, 2, 0xff, 0xfe, 0x01, 0x00]);
    expect([...parseIdx(short, "x").values]).toEqual([-2, 256]);
    const double = Buffer.alloc(16);
    double.set([0, 0, 0x0e, 1, 0, 0, 0, 1]);
    double.writeDoubleBE(-0.375, 8);
    expect([...parseIdx(double, "x").values]).toEqual([-0.375]);
  });

  it.each([
    ["other files", Buffer.from("PK\u0003\u0004"), "x: begins with 0x504b0304, which is not an IDX file"],
    ["an unknown element type", Buffer.from([0, 0, 7, 1, 0, 0, 0, 0]), "x: begins with 0x00000701"],
    ["what is cut off", idx([2, 3], [1, 2]), "x: has 2 bytes of values, but [2,3] takes 6; is it cut off?"],
    ["half a header", Buffer.from([0, 0, 8, 3, 0]), "x: its header is cut off"],
    ["nothing", Buffer.alloc(0), "x: has 0 bytes"],
  ])("refuses %s", (_, bytes, message) => {
    expect(() => parseIdx(bytes, "x")).toThrow(message);
  });
});

describe("npzExamples", () => {
  it("reads training and test examples by their usual names, with more than 256 classes", () => {
    const { train, held } = npzExamples(bytesOf(made.archives.keras), "m.npz", {});
    expect(train).toMatchObject({ count: 3, shape: [4, 3, 1] });
    expect([...train.pixels, ...held!.pixels]).toEqual(made.images);
    expect([...train.labels]).toEqual(made.labels.slice(0, 3));
    expect(train.labels).toBeInstanceOf(Uint16Array);
    expect([...held!.labels]).toEqual(made.labels.slice(3));
  });

  it("takes labels with fractions for targets, and floats as they are", () => {
    const { train, held } = npzExamples(bytesOf(made.archives.packed), "p.npz", {});
    expect(train.pixels).toEqual(Float32Array.from(made.images));
    expect(train.labels).toEqual(Float32Array.from([0.5, 1, 2, 3, 4.25]));
    expect(held).toBeUndefined();
  });

  it("takes whole labels of the test examples for targets where those of the training examples are", () => {
    const { train, held } = npzExamples(bytesOf(made.archives.wholeTest), "w.npz", {});
    expect(train.labels).toEqual(Float32Array.from([0.5, 1, 2]));
    expect(held!.labels).toEqual(Float32Array.from([2, 1]));
  });

  it("names the array that is missing or too short", () => {
    const unequal = bytesOf(made.archives.unequal);
    expect(() => npzExamples(unequal, "u.npz", {})).toThrow("u.npz, y: has labels of 4 examples, but u.npz, x has 5 examples");
    expect(() => npzExamples(unequal, "u.npz", { label: "z" })).toThrow("u.npz: no array z; there are x, y");
  });

  it("refuses archives that are cut off or damaged", () => {
    const whole = bytesOf(made.archives.packed);
    expect(() => zipEntries(whole.subarray(0, 300), "p.npz")).toThrow("p.npz: has no list of files at its end; is it cut off?");
    const damaged = whole.slice();
    damaged[120]! ^= 0xff;
    expect(() => npzExamples(damaged, "p.npz", {})).toThrow(/^p\.npz, x\.npy: is damaged$/);
  });
});
