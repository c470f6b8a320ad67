import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { otherLicences } from "../../scripts/licences.ts";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
}
interface Job {
  readonly "runs-on": string;
  readonly "timeout-minutes": number;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly string[]>> };
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const text = (file: string): string => readFileSync(file, "utf8");
const { scripts, engines, version } = JSON.parse(text("package.json")) as {
  readonly scripts: Readonly<Record<string, string>>;
  readonly engines: { readonly node: string };
  readonly version: string;
};
const workflows = new Map(
  readdirSync(".github/workflows").map((name) => [name, parse(text(`.github/workflows/${name}`)) as Workflow]),
);
const runsOf = ({ steps }: Job): string => steps.map(({ run = "" }) => run).join("\n");

describe("workflows", () => {
  it.each([...workflows])("%s runs scripts that there are, from a checkout, and ends", (_name, { jobs }) => {
    for (const [name, job] of Object.entries(jobs)) {
      expect(job.steps[0]!.uses, name).toMatch(/^actions\/checkout@v\d+$/);
      expect(job["timeout-minutes"], name).toBeGreaterThan(0);
      for (const { uses, run } of job.steps)
        expect([name, (uses === undefined) !== (run === undefined)]).toEqual([name, true]);
      for (const [, script] of runsOf(job).matchAll(/npm run ([\w:]+)/g)) expect(scripts).toHaveProperty([script!]);
      for (const [file] of runsOf(job).matchAll(/^\.ci\/\w+/gm)) expect(existsSync(file)).toBe(true);
    }
  });

  it("test the oldest Node that the package takes, and three systems", () => {
    const { test, elsewhere } = workflows.get("ci.yml")!.jobs;
    expect(`>=${test!.strategy!.matrix["node"]![0]}`).toBe(engines.node);
    expect(test!.strategy!.matrix["node"]).toEqual(["20.19", "22", "24", "26"]);
    expect([test!["runs-on"], ...elsewhere!.strategy!.matrix["os"]!]).toEqual([
      "ubuntu-latest",
      "macos-latest",
      "windows-latest",
    ]);
    const folders = scripts["test:portable"]!.split(" ").filter((word) => word.startsWith("tests/"));
    expect(folders.length).toBeGreaterThan(10);
    for (const folder of folders) expect(existsSync(folder), folder).toBe(true);
  });

  it("may write nothing but what a release needs", () => {
    for (const { permissions } of workflows.values()) expect(permissions).toEqual({ contents: "read" });
    const { publish, reference } = workflows.get("release.yml")!.jobs;
    expect(publish!.permissions).toEqual({ contents: "read", "id-token": "write" });
    expect(reference!.permissions).toEqual({ contents: "read", pages: "write", "id-token": "write" });
    expect(runsOf(publish!)).toContain("npm publish --provenance");
    expect(workflows.get("release.yml")!.on).toEqual({ push: { tags: ["v*"] } });
  });
});

describe("packages/create-gradstream", () => {
  it("has the version of gradstream, and takes that one", () => {
    const created = JSON.parse(text("packages/create-gradstream/package.json")) as object;
    expect(created).toMatchObject({ version, engines, dependencies: { gradstream: `^${version}` } });
  });
});

describe("the Dockerfile", () => {
  const ignored = text(".dockerignore").split("\n").filter(Boolean);
  const instructions = text("Dockerfile")
    .replaceAll(/\\\n/g, " ")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => /^([A-Z]+) +(.+)$/.exec(line)?.slice(1) ?? [line, ""]) as [name: string, rest: string][];
  const isIgnored = (path: string) => ignored.some((pattern) => path.split("/")[0] === pattern);

  it("has instructions alone that Docker knows, the first of each stage FROM one base", () => {
    const known = ["FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "EXPOSE", "ENTRYPOINT", "CMD"];
    expect(instructions.filter(([name]) => !known.includes(name))).toEqual([]);
    const bases = instructions.flatMap(([name, rest]) => (name === "FROM" ? [rest.split(" ")[0]!] : []));
    expect(new Set(bases)).toEqual(new Set(["node:24-slim"]));
    for (const [name, rest] of instructions) {
      if (["ENTRYPOINT", "CMD"].includes(name)) expect(JSON.parse(rest)).toEqual([expect.any(String)]);
    }
  });

  it("copies what is there and not ignored, and from stages that come before", () => {
    const stages: string[] = [];
    for (const [name, rest] of instructions) {
      if (name === "FROM") stages.push(/ AS (\w+)$/.exec(rest)?.[1] ?? "last");
      if (name !== "COPY") continue;
      const [, from] = /^--from=(\w+) /.exec(rest) ?? [];
      if (from !== undefined) expect(stages.slice(0, -1)).toContain(from);
      else {
        for (const path of rest.split(" ").slice(0, -1))
          expect([path, existsSync(path), isIgnored(path)]).toEqual([path, true, false]);
      }
    }
    expect(stages).toEqual(["pack", "install", "last"]);
  });

  it("leaves in what the build reads", () => {
    const needed = ["src", "bin", "pipelines", "templates", "dashboards", "scripts/build.js", "tsconfig.build.json"];
    expect([...needed, "LICENSE", "README.md"].filter(isIgnored)).toEqual([]);
    expect(ignored).toContain("!data/paper");
  });

  it("trains as a user without rights", () => {
    const names = instructions.map(([name]) => name);
    expect(instructions.filter(([name]) => name === "USER")).toEqual([["USER", "node"]]);
    expect(names.indexOf("USER")).toBeGreaterThan(names.lastIndexOf("RUN"));
    expect(names.indexOf("USER")).toBeLessThan(names.indexOf("ENTRYPOINT"));
  });
});

describe("renovate.json", () => {
  it("names its schema and groups packages that there are", () => {
    const { $schema, packageRules } = JSON.parse(text("renovate.json")) as {
      readonly $schema: string;
      readonly packageRules: readonly { readonly matchPackageNames?: readonly string[] }[];
    };
    expect($schema).toBe("https://docs.renovatebot.com/renovate-schema.json");
    for (const { matchPackageNames = [] } of packageRules) {
      for (const pattern of matchPackageNames)
        expect(existsSync(join("node_modules", pattern.replace("/**", "")))).toBe(true);
    }
  });
});

describe("licences of what is installed", () => {
  it("are allowed, by the lock file", () => {
    const { packages } = JSON.parse(text("package-lock.json")) as { packages: Parameters<typeof otherLicences>[0] };
    expect(otherLicences(packages)).toEqual([]);
  });

  it("are named where they are not", () => {
    const packages = {
      "": { license: "none" },
      "node_modules/fine": { license: "(GPL-3.0 OR MIT)" },
      "node_modules/both": { license: "Apache-2.0 AND GPL-3.0" },
      "node_modules/a/node_modules/@b/silent": {},
      "node_modules/tool": { license: "GPL-3.0", dev: true },
    };
    expect(otherLicences(packages)).toEqual(["both: Apache-2.0 AND GPL-3.0", "@b/silent: none"]);
  });
});
