import { describe, expect, it } from "vitest";
import { shapes10 } from "../../src/data/shapes10.ts";
import * as sdf from "../../src/data/signed-distance.ts";

const small = shapes10({ train: 400, test: 100 });

describe("shapes10", () => {
  it("has the form of CIFAR-10", () => {
    expect(small.shape).toEqual([32, 32, 3]);
    expect(small.classes.length).toBe(10);
    expect(small.train.pixels.length).toBe(400 * 3072);
    expect(small.test.labels.length).toBe(100);
  });

  it("is a function of seed, split and index", () => {
    const again = shapes10({ train: 25, test: 5 });
    expect(again.train.pixels).toEqual(small.train.pixels.slice(0, 25 * 3072));
    expect(again.train.labels).toEqual(small.train.labels.slice(0, 25));
    expect(again.test.pixels).toEqual(small.test.pixels.slice(0, 5 * 3072));
    expect(shapes10({ train: 5, test: 5, seed: 1 }).train.pixels).not.toEqual(again.train.pixels.slice(0, 5 * 3072));
    expect(again.test.pixels).not.toEqual(again.train.pixels.slice(0, 5 * 3072));
  });

  it("holds every class once in each ten, in changing order", () => {
    const tens = Array.from({ length: 40 }, (_, i) => [...small.train.labels.subarray(10 * i, 10 * i + 10)]);
    for (const ten of tens) expect([...ten].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(new Set(tens.map((ten) => ten.join())).size).toBe(40);
  });

  it("does not give the class away by its colour", () => {
    const { train } = shapes10({ train: 3000, test: 0 });
    const sums = Array.from({ length: 10 }, () => [0, 0, 0]);
    for (let i = 0; i < train.pixels.length; i++) sums[train.labels[Math.floor(i / 3072)]!]![i % 3]! += train.pixels[i]!;
    // One picture's mean has a standard deviation of about 70 per channel: 4.5 standard errors of 300 pictures.
    for (const sum of sums) for (const total of sum) expect(Math.abs(total / (300 * 1024) - 127.5)).toBeLessThan(18.2);
  });

  it("draws 12,000 pictures in seconds", () => {
    // Of this process's own: what else the machine does takes none.
    const before = process.cpuUsage();
    shapes10();
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(15);
  });
});

describe("signed distances", () => {
  const shapes = Object.entries(sdf).filter(([name]) => name !== "capsule") as [string, sdf.SignedDistance][];

  it.each(shapes)("%s changes no faster than the distance walked", (_name, distance) => {
    for (let x = -14; x < 14; x += 0.37) {
      for (let y = -14; y < 14; y += 0.41) {
        const step = Math.abs(distance(x + 0.05, y, 9, 0.5) - distance(x, y, 9, 0.5));
        expect(step).toBeLessThanOrEqual(0.05 + 1e-9);
      }
    }
  });

  it.each([
    ["disc", 0, 0],
    ["square", 6, 6],
    ["triangle", 0, -8],
    ["cross", 8, 0],
    ["star", 0, 8],
    ["ring", 8, 0],
  ] as const)("%s covers (%d, %d)", (name, x, y) => expect(sdf[name](x, y, 9, 0.5)).toBeLessThan(0));

  it.each([
    ["disc", 7, 7],
    ["square", 8, 0],
    ["triangle", 0, 6],
    ["cross", 6, 6],
    ["star", 0, -8],
    ["ring", 0, 0],
  ] as const)("%s leaves (%d, %d) free", (name, x, y) => expect(sdf[name](x, y, 9, 0.5)).toBeGreaterThan(0));
});
