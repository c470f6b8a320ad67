import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import * as gradstream from "../../src/index.ts";
import { anchorsOf, DOCUMENTS, proseOf, RUNNABLE } from "./markdown.ts";

it("the README is one page", () => {
  expect(readFileSync("README.md", "utf8").split("\n").length).toBeLessThanOrEqual(121);
});

it("the guide names every export", () => {
  const guide = readdirSync("docs/guide").map((name) => readFileSync(join("docs/guide", name), "utf8"));
  const exported = Object.keys(gradstream).filter((name) => !guide.some((text) => text.includes(`\`${name}\``)));
  expect(exported).toEqual([]);
});

describe.each(DOCUMENTS)("%s", (file) => {
  const prose = proseOf(file);

  it("links to files and headings that exist", () => {
    const broken = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target]) => {
      if (/^(https?:|mailto:)/.test(target!)) return [];
      const [path, anchor] = target!.split("#") as [string, string?];
      const at = path === "" ? file : normalize(join(dirname(file), path));
      if (!existsSync(at)) return [target];
      return anchor !== undefined && !anchorsOf(at).includes(anchor) ? [target] : [];
    });
    expect(broken).toEqual([]);
  });
});

/** Places that hold files of ours, as prose names them. */
const ROOTS = "src|tests|docs|pipelines|bench|dashboards|scripts|bin|data/paper|data/cifar10|\\.ci|\\.github";
/** Folders of src that the documents name without it. */
const OF_SRC = "core|nn|optim|operators|probes|backend|store|feed|run|paper|report|experiment|wire|client|sinks";

describe.each(RUNNABLE)("%s", (file) => {
  it("names files that exist", () => {
    const names = [
      ...proseOf(file).matchAll(new RegExp(`(?<![\\w/.-])(?:${ROOTS}|${OF_SRC})/[\\w./-]*\\w\\.\\w+`, "g")),
    ];
    const missing = names
      .map(([name]) => name)
      .filter((name) => ![name, join("src", name)].some((path) => existsSync(path)));
    expect([...new Set(missing)]).toEqual([]);
  });
});
