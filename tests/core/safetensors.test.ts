import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import { fromSafetensors, toSafetensors, type PlainTensor } from "../../src/core/safetensors.ts";
import { readSafetensors } from "../fixtures/safetensors.ts";
import { temporaryFolder } from "../fixtures/runs.ts";
import { itUnless } from "../fixtures/unless.ts";

const tensors: Record<string, PlainTensor> = {
  bytes: { shape: [3], values: Uint8Array.of(0, 1, 1) },
  "layer1/kernel": { shape: [2, 2], values: Float32Array.of(1.5, -0, NaN, Infinity) },
  counts: { shape: [], values: Int32Array.of(-7) },
  empty: { shape: [0, 4], values: new Float32Array() },
  exact: { shape: [2], values: Float64Array.of(Math.PI, 1e-310) },
  ["__proto__"]: { shape: [1], values: Float32Array.of(4) },
};
const metadata = { what: 'a test of ünïcode "quotes"' };

/** A file with this header and so many bytes of values. */
function file(header: unknown, length = 0, claimed?: number): Uint8Array {
  const json = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(claimed ?? json.length));
  return Buffer.concat([size, json, Buffer.alloc(length)]);
}

const entry = (from: number, to: number, more: object = {}) => ({
  dtype: "F32",
  shape: [(to - from) / 4],
  data_offsets: [from, to],
  ...more,
});

describe("safetensors", () => {
  it("gives every type back as it was, bit for bit, from memory of any alignment", () => {
    const bytes = toSafetensors({ tensors, metadata });
    const shifted = Buffer.alloc(bytes.length + 3).subarray(3);
    shifted.set(bytes);
    for (const source of [bytes, Buffer.from(bytes), shifted]) {
      const found = fromSafetensors(source, "x");
      expect(found.metadata).toEqual(metadata);
      expect(Object.keys(found.tensors).sort()).toEqual(Object.keys(tensors).sort());
      for (const [name, { shape, values }] of Object.entries(tensors)) {
        expect(found.tensors[name]!.shape).toEqual(shape);
        expect(found.tensors[name]!.values).toStrictEqual(values);
      }
    }
  });

  it("is the format that another reader knows, each tensor aligned", () => {
    const path = join(temporaryFolder(), "a.safetensors");
    const simple = Object.fromEntries(Object.entries(tensors).filter(([name]) => name !== "bytes" && name !== "exact"));
    writeFileSync(path, toSafetensors({ tensors: simple, metadata }));
    const found = readSafetensors(path);
    expect([found.metadata, found.rest]).toEqual([metadata, 0]);
    expect(found.tensors["layer1/kernel"]).toEqual(simple["layer1/kernel"]);
    expect(found.tensors["counts"]!.values).toEqual(Int32Array.of(-7));
  });

  it.each([
    ["nothing", Buffer.alloc(0), /too short/],
    ["a header longer than the file", file({}, 0, 100), /claims 100 bytes, of 2 at most/],
    ["a header of 2⁶³ bytes", Buffer.concat([Buffer.alloc(7), Buffer.of(0x80), Buffer.from("{}")]), /claims/],
    ["no JSON", file("{"), /not JSON/],
    ["bytes that are no text", Buffer.concat([file("", 0, 2), Buffer.of(0xff, 0xfe)]), /not JSON/],
    ["a list", file([]), /not an object/],
    ["metadata that are no text", file({ __metadata__: { a: 1 } }), /metadata/],
    ["a type that nobody knows", file({ a: entry(0, 4, { dtype: "F8" }) }, 4), /type F8/],
    ["a type of Object's own", file({ a: entry(0, 4, { dtype: "toString" }) }, 4), /type toString/],
    ["no entry", file({ a: null }, 4), /type undefined/],
    ["a shape below zero", file({ a: entry(0, 4, { shape: [-1] }) }, 4), /no shape/],
    ["a shape of fractions", file({ a: entry(0, 4, { shape: [0.5, 2] }) }, 4), /no shape/],
    ["three offsets", file({ a: entry(0, 4, { data_offsets: [0, 4, 8] }) }, 4), /no place/],
    ["another size than the shape's", file({ a: entry(0, 8, { shape: [1] }) }, 8), /takes 8 bytes, not 4/],
    ["a shape beyond all numbers", file({ a: entry(0, 4, { shape: [2 ** 40, 2 ** 40] }) }, 4), /takes 4 bytes/],
    ["tensors that overlap", file({ a: entry(0, 8), b: entry(4, 12) }, 12), /b begins at 4, not at 8/],
    ["a hole", file({ a: entry(0, 4), b: entry(8, 12) }, 12), /b begins at 8, not at 4/],
    ["an end beyond the file's", file({ a: entry(0, 8) }, 4), /4 bytes of values, not 8/],
    ["bytes left over", file({ a: entry(0, 4) }, 8), /8 bytes of values, not 4/],
  ])("refuses %s in one line", (_what, bytes, message) => {
    const read = () => fromSafetensors(bytes, "x.safetensors");
    expect(read).toThrow(UserError);
    expect(read).toThrow(message);
    expect(read).toThrow(/^x\.safetensors: [^\n]*$/);
  });

  it("gives tensors or an error of the user's, whatever the bytes are", () => {
    const whole = toSafetensors({ tensors, metadata });
    const spoilt = fc
      .array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 20 })
      .map((changes) => {
        const bytes = whole.slice();
        for (const [at, byte] of changes) bytes[at] = byte;
        return bytes;
      });
    const cut = fc.nat(whole.length - 1).map((length) => whole.slice(0, length));
    fc.assert(
      fc.property(fc.oneof(spoilt, cut, fc.uint8Array({ maxLength: 200 })), (bytes) => {
        try {
          const found = fromSafetensors(bytes, "x");
          for (const { shape, values } of Object.values(found.tensors)) {
            if (values.length !== shape.reduce((a, b) => a * b, 1)) throw new Error("a tensor of another size");
          }
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
        }
      }),
      { numRuns: 2000 },
    );
  });

  const python = process.env["PYTHON"] ?? (existsSync("venv/bin/python") ? "venv/bin/python" : "python3");
  const there = spawnSync(python, ["-c", "import safetensors, numpy"]);
  itUnless(
    there.status === 0 ? undefined : `${python} has no safetensors and numpy; PYTHON names another`,
    "is read by Python's safetensors",
    () => {
      const path = join(temporaryFolder(), "a.safetensors");
      writeFileSync(path, toSafetensors({ tensors, metadata }));
      const script = [
        "import json, sys",
        "from safetensors import safe_open",
        "with safe_open(sys.argv[1], framework='np') as f:",
        "    tensors = {n: f.get_tensor(n) for n in f.keys()}",
        "    print(json.dumps([f.metadata(), {n: [str(t.dtype), list(t.shape), t.ravel().tolist()] for n, t in tensors.items()}]))",
      ].join("\n");
      const { stdout, stderr } = spawnSync(python, ["-c", script, path], { encoding: "utf8" });
      expect(stderr).toBe("");
      const [said, found] = JSON.parse(stdout.replace("NaN", '"NaN"').replace("Infinity", '"Infinity"')) as [
        unknown,
        Record<string, unknown>,
      ];
      expect(said).toEqual(metadata);
      expect(found["bytes"]).toEqual(["bool", [3], [false, true, true]]);
      expect(found["layer1/kernel"]).toEqual(["float32", [2, 2], [1.5, -0, "NaN", "Infinity"]]);
      expect(found["counts"]).toEqual(["int32", [], [-7]]);
      expect(found["exact"]).toEqual(["float64", [2], [Math.PI, 1e-310]]);
    },
  );
});
