import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { crc32c } from "../../src/formats/crc32c.ts";
import { summaryRecord } from "../../src/formats/tensorboard-event.ts";
import { tfRecord } from "../../src/formats/tf-record.ts";
import { writeTensorboard } from "../../src/formats/write-tensorboard.ts";
import { openStore } from "../../src/store/open-store.ts";
import { AWKWARD, awkwardStore } from "../fixtures/many-records.ts";
import { aReading, aRun, temporaryFolder } from "../fixtures/runs.ts";
import { mountSmallDisk, NO_SMALL_DISK } from "../fixtures/small-disk.ts";
import { itUnless } from "../fixtures/unless.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

it("computes CRC-32C as the examples of RFC 3720 have it", () => {
  expect(crc32c(bytesOf("123456789"))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
});

it("frames data as TensorFlow does", () => {
  // Of tf.io.TFRecordWriter: the length 24, whose masked CRC every file of events with `brain.Event:2` begins with.
  expect(Buffer.from(tfRecord(new Uint8Array(24)).subarray(0, 12)).toString("hex")).toBe("1800000000000000a37f4b22");
});

it("writes a scalar byte for byte as it was put together by hand", () => {
  const data = [
    "09",
    "000000000000f03f", // wall_time = 1.0
    "10",
    "ac02", // step = 300
    "2a",
    "0a", // summary, 10 bytes
    "0a",
    "08",
    "0a",
    "01",
    "78",
    "15",
    "00000040", // value: tag "x", simple_value 2
  ].join("");
  const record = Buffer.from(summaryRecord(1, 300, [{ tag: "x", value: 2 }]));
  const whole = data.replace("0a08", "0a08");
  expect(record.readBigUInt64LE(0)).toBe(BigInt(whole.length / 2));
  expect(record.subarray(12, -4).toString("hex")).toBe(whole);
});

/** A message as its fields: numbers, or bytes. */
function fieldsOf(bytes: Buffer): [number, number | Buffer][] {
  const fields: [number, number | Buffer][] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const [field, type] = [Math.floor(key / 8), key % 8];
    if (type === 0) fields.push([field, varint()]);
    else if (type === 1) fields.push([field, bytes.readDoubleLE((at += 8) - 8)]);
    else if (type === 5) fields.push([field, bytes.readFloatLE((at += 4) - 4)]);
    else {
      const size = varint();
      fields.push([field, bytes.subarray(at, (at += size))]);
    }
  }
  return fields;
}

function recordsOf(file: Buffer): Buffer[] {
  const all: Buffer[] = [];
  for (let at = 0; at < file.length;) {
    const size = Number(file.readBigUInt64LE(at));
    all.push(file.subarray(at + 12, at + 12 + size));
    at += 16 + size;
  }
  return all;
}

async function exported(): Promise<{ folder: string; files: string[] }> {
  const store = await openStore(await awkwardStore(join(temporaryFolder(), "a.duckdb")), { readOnly: true });
  const folder = join(temporaryFolder(), "board");
  const { runs, files } = await writeTensorboard(store, folder, {});
  await store.close();
  expect([runs, files]).toEqual([2, 2]);
  const all = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.includes("tfevents"));
  return { folder, files: all.map((name) => name.replaceAll("\\", "/")).sort() };
}

it("writes a file a run, with every reading and histogram of it", async () => {
  const { folder, files } = await exported();
  expect(files).toEqual([
    "noisy/standard/seed-0/events.out.tfevents.1767236645.gradstream",
    "odd-exp/-arm/seed-0/events.out.tfevents.1767323045.gradstream",
  ]);
  const [version, ...events] = recordsOf(readFileSync(join(folder, files[0]!))).map(fieldsOf);
  expect(String(version![1]![1])).toBe("brain.Event:2");
  const tags: Record<string, [number, number][]> = {};
  const times: number[] = [];
  for (const event of events) {
    const { 1: time, 2: step, 5: summary } = Object.fromEntries(event) as Record<number, number & Buffer>;
    times.push(time!);
    for (const [, value] of fieldsOf(summary!)) {
      const parts = Object.fromEntries(fieldsOf(value as Buffer)) as Record<number, number & Buffer>;
      (tags[String(parts[1])] ??= []).push([step!, parts[2] ?? NaN]);
    }
  }
  expect(Object.keys(tags).sort()).toEqual([
    "gradientSteps/loss/distance-0.1",
    "histogram/norm/layer-2",
    "histogram/norm/layer-2/unit-7",
    "loss/loss",
    "moments/mean/layer-3/unit-2",
  ]);
  expect(tags["loss/loss"]).toEqual(AWKWARD.map((value, step) => [step, Math.fround(value)]));
  const scalars = times.slice(0, AWKWARD.length);
  expect([...scalars].sort((a, b) => a - b)).toEqual(scalars);
  expect(scalars.at(-1)).toBe(1767236645.678 + 20);
});

const python = process.env["PYTHON"] ?? (existsSync("venv/bin/python") ? "venv/bin/python" : "python3");
const there = spawnSync(python, ["-c", "import tensorboard"]);
itUnless(
  there.status === 0 ? undefined : `${python} has no tensorboard; PYTHON names another`,
  "is read by TensorBoard's own reader",
  async () => {
    const { folder, files } = await exported();
    const script = [
      "import json, sys",
      "from tensorboard.backend.event_processing.event_accumulator import EventAccumulator",
      "a = EventAccumulator(sys.argv[1], size_guidance={'scalars': 0, 'histograms': 0}); a.Reload()",
      "s = a.Scalars('loss/loss'); h = a.Histograms('histogram/norm/layer-2')[0].histogram_value",
      "print(json.dumps([[e.step for e in s], s[1].value, s[-1].wall_time, sorted(a.Tags()['scalars']),",
      "  h.min, h.max, h.num, list(h.bucket_limit), list(h.bucket)]))",
    ].join("\n");
    const { stdout, stderr } = spawnSync(python, ["-c", script, join(folder, files[0]!)], { encoding: "utf8" });
    expect(JSON.parse(stdout || "null"), stderr).toEqual([
      AWKWARD.map((_, step) => step),
      Math.fround(1 / 3),
      1767236645.678 + 20,
      ["gradientSteps/loss/distance-0.1", "loss/loss", "moments/mean/layer-3/unit-2"],
      -1,
      1,
      4,
      [-1 + 2 / 3, -1 + 4 / 3, 1],
      [1, 2, 1],
    ]);
  },
);

it("refuses in one line a folder that is there, and a choice that is empty; leaves nothing", async () => {
  const store = await openStore(await awkwardStore(join(temporaryFolder(), "a.duckdb")), { readOnly: true });
  const folder = temporaryFolder();
  await writeTensorboard(store, join(folder, "x"), { experiment: "noisy" });
  await expect(writeTensorboard(store, join(folder, "x"), {})).rejects.toThrow(/x is there already; name another/);
  await expect(writeTensorboard(store, join(folder, "y"), { run: "none" })).rejects.toThrow(
    /has no run whose id begins with none that completed or diverged/,
  );
  const stopped = writeTensorboard(store, join(folder, "z"), {}, AbortSignal.abort());
  await expect(stopped).rejects.toThrow("stopped; nothing was written");
  expect(readdirSync(folder)).toEqual(["x"]);
  await store.close();
});

itUnless(NO_SMALL_DISK, "takes no file for whole of which the disk took a part, and leaves nothing of it", async () => {
  const store = await openStore(join(temporaryFolder(), "a.duckdb"));
  onTestFinished(() => store.close());
  await store.startRun(aRun({ runId: "r", startedAt: 0 }));
  await store.append(
    "r",
    Array.from({ length: 500 }, (_, step) => aReading(step)),
  );
  await store.finishRun("r", "completed", 1000);
  const whole = join(temporaryFolder(), "board");
  const { bytes } = await writeTensorboard(store, whole, {});
  const [file] = readdirSync(whole, { recursive: true, encoding: "utf8" }).filter((name) => name.includes("tfevents"));
  expect(statSync(join(whole, file!)).size).toBe(bytes);

  // So much is written at once: the system takes what there is room for, and says so by a number alone.
  const pages = Math.ceil(bytes / 4096);
  expect(pages).toBeGreaterThan(2);
  const onDisk = async (kilobytes: number) => {
    const small = mountSmallDisk(kilobytes);
    onTestFinished(small.unmount);
    return { small, written: writeTensorboard(store, join(small.folder, "board"), {}) };
  };
  const { small, written } = await onDisk(4 * (pages - 1));
  await expect(written).rejects.toThrow(/board cannot be written: ENOSPC: no space left on device/);
  expect(readdirSync(small.folder)).toEqual([]);
  const enough = await onDisk(4 * pages);
  expect(await enough.written).toEqual({ runs: 1, files: 1, bytes });
  const copy = readFileSync(join(enough.small.folder, "board", file!));
  expect(copy.equals(readFileSync(join(whole, file!)))).toBe(true);
});
