import { execFileSync, spawn, spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { describe, expect, inject, it } from "vitest";
import { isScript } from "./is-script.ts";

const { exports: doors } = JSON.parse(readFileSync("package.json", "utf8")) as {
  readonly exports: Readonly<Record<string, unknown>>;
};
/** Doors whose modules export something. */
const MODULES = Object.keys(doors)
  .filter((door) => !["./register", "./package.json"].includes(door))
  .map((door) => door.replace(".", "gradstream"));

const [parent, project, packed] = [inject("parent"), inject("project"), inject("packed")];

/** Runs a program in the project and returns what it prints. */
const run = (command: string, ...args: readonly string[]): string =>
  execFileSync(command, args, {
    cwd: project,
    encoding: "utf8",
    shell: isScript(command),
    stdio: ["ignore", "pipe", "pipe"],
  });
const node = (...args: readonly string[]): string => run(process.execPath, ...args);
const gradstream = (...args: readonly string[]): string => node("node_modules/gradstream/bin/gradstream.js", ...args);

describe("the tarball", () => {
  it("holds a build, and neither sources nor tests nor benches", () => {
    const odd = packed.files.filter(
      (file) => /^(src|tests|bench|scripts)\/|(?<!\.d)\.ts$|\.test\./.test(file) && !file.startsWith("templates/"),
    );
    expect(odd).toEqual([]);
    for (const file of [
      "dist/index.js",
      "dist/index.js.map",
      "dist/index.d.ts",
      "data/paper/curves.csv",
      "templates/project/gitignore",
    ]) {
      expect(packed.files).toContain(file);
    }
  });

  it("is as small as it was meant to be", () => expect(packed.bytes).toBeLessThan(10e6));

  it("has every file that its doors name", () => {
    const named = [...JSON.stringify(doors).matchAll(/"\.\/(dist\/[^"]+)"/g)].map(([, file]) => file);
    expect(named.length).toBeGreaterThan(12);
    expect(named.filter((file) => !packed.files.includes(file!))).toEqual([]);
  });
});

describe("modules", () => {
  it.each(MODULES)("import %s", (door) => {
    const names = node("--input-type=module", "-e", `console.log(Object.keys(await import("${door}")).join())`);
    expect(names.trim().split(",").length).toBeGreaterThanOrEqual(4);
  });

  it.runIf("require_module" in process.features)("give CommonJS the same instance", () => {
    const code = 'import("gradstream").then((m) => console.log(m.train === require("gradstream").train))';
    expect(node("--input-type=commonjs", "-e", code)).toBe("true\n");
  });

  it("train without a command line, and take tensors' methods", () => {
    const code = `
      import { crossEntropy, mlp, rootKey, sgd, shapes10, batches, train, startBackend } from "gradstream";
      import { take } from "rxjs";
      console.log(await startBackend("wasm"));
      await batches(shapes10({ train: 64, test: 0 }).train, { size: 32, key: rootKey(0) })
        .pipe(take(2), train(mlp(), sgd({ learningRate: 0.1 }), { seed: 0 }))
        .forEach(({ logits }) => console.log(logits.abs().max().dataSync()[0] > 0));`;
    writeFileSync(join(project, "plain.js"), code);
    expect(node("plain.js")).toBe("wasm\ntrue\ntrue\n");
  });

  it("bundle the client for browsers, with nothing of Node's", async () => {
    writeFileSync(
      join(project, "page.js"),
      'import { connect } from "gradstream/client";\nglobalThis.connect = connect;\n',
    );
    const bundle = await rolldown({ cwd: project, input: "page.js", platform: "browser" });
    const { output } = await bundle.generate({ format: "esm" });
    expect(output).toHaveLength(1);
    expect(output[0].imports).toEqual([]);
    expect(output[0].moduleIds.filter((id) => /node_modules\/(ws|zod)\//.test(id))).toEqual([]);
    writeFileSync(join(project, "bundle.mjs"), `${output[0].code}\nconsole.log(typeof connect);`);
    expect(node("bundle.mjs")).toBe("function\n");
  });
});

describe("types", () => {
  const MODES = [
    ["nodenext", "nodenext"],
    ["esnext", "bundler"],
  ] as const;
  const cases = MODES.flatMap(([module, resolution]) =>
    [true, false].map((exact) => [module, resolution, exact] as const),
  );

  it.each(cases)("hold in strict programs: module %s, resolution %s, exactOptionalPropertyTypes %s", (...given) => {
    const [module, moduleResolution, exactOptionalPropertyTypes] = given;
    const options = {
      strict: true,
      noEmit: true,
      target: "es2022",
      skipLibCheck: false,
      noUncheckedIndexedAccess: true,
    };
    const compilerOptions = { ...options, module, moduleResolution, exactOptionalPropertyTypes };
    const config = join(project, "tsconfig.json");
    writeFileSync(config, JSON.stringify({ compilerOptions, files: ["uses.ts", "mean-weight.ts"] }));
    const compiler = createRequire(config).resolve("typescript/bin/tsc");
    const { stdout, status } = spawnSync(process.execPath, [compiler], { cwd: project, encoding: "utf8" });
    rmSync(config);
    expect([stdout, status]).toEqual(["", 0]);
  });
});

describe("the command", () => {
  it("tells of itself without loading what commands need", () => {
    const loaded = `import { createRequire } from "node:module";
      process.on("exit", () => console.error(Object.keys(createRequire("/x")("module")._cache).join("\\n")));`;
    const args = [
      `--import=data:text/javascript,${encodeURIComponent(loaded)}`,
      "node_modules/gradstream/bin/gradstream.js",
      "--help",
    ];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: project, encoding: "utf8" });
    expect(stdout).toContain("run [options] [pipeline]");
    expect(stderr).toContain("commander");
    for (const heavy of ["tfjs", "duckdb", "typescript", "swc", "ts-node"]) expect(stderr).not.toContain(heavy);
  });

  it("is there by its name", () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { readonly version: string };
    expect(run("npx", "--no-install", "gradstream", "--version")).toBe(`${version}\n`);
  });

  it("runs a pipeline in TypeScript, records it and queries it", () => {
    gradstream("run", "mean-weight.ts", "--no-serve", "--backend", "wasm", "--store", "own.duckdb");
    const sql = `SELECT arm, probe, count(*)::INT AS n FROM curve WHERE probe IN ('loss', 'mean_weight')
      AND stat IN ('loss', 'mean') AND coalesce(layer, 1) = 1 GROUP BY ALL ORDER BY ALL`;
    const rows = JSON.parse(gradstream("sql", sql, "--store", "own.duckdb", "--format", "json")) as unknown[];
    expect(rows).toEqual([
      { arm: "narrow", probe: "loss", n: 3 },
      { arm: "narrow", probe: "mean_weight", n: 6 },
      { arm: "wide", probe: "loss", n: 3 },
      { arm: "wide", probe: "mean_weight", n: 9 },
    ]);
  });

  it("runs the pipelines that ship by their names, and names them", () => {
    gradstream(..."run noisy-batchnorm --arm standard --steps 1 --no-serve --backend wasm --store s.duckdb".split(" "));
    const { stderr } = spawnSync(process.execPath, ["node_modules/gradstream/bin/gradstream.js", "run", "nothing"], {
      cwd: project,
      encoding: "utf8",
    });
    expect(stderr).toMatch(/one of .*deep-linear.*noisy-batchnorm.*examples\/residual/);
  });

  it("has its own version, and not that of the repository that it is installed in", () => {
    run("git", "init", "--quiet");
    run("git", ..."-c user.name=a -c user.email=a@example.org commit --quiet --allow-empty -m first".split(" "));
    gradstream(..."run noisy-batchnorm --arm standard --steps 1 --no-serve --backend wasm --store v.duckdb".split(" "));
    const sql = "SELECT DISTINCT code_version FROM run";
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { readonly version: string };
    expect(JSON.parse(gradstream("sql", sql, "--store", "v.duckdb", "--format", "json"))).toEqual([
      { code_version: version },
    ]);
  });

  it("knows the paper's curves, and draws the report", () => {
    gradstream("report", "--store", "s.duckdb", "--out", "report");
    expect(readFileSync(join(project, "report/report.md"), "utf8")).toContain("Batch Normalization");
    const [row] = JSON.parse(
      gradstream("sql", "SELECT count(*) > 1000 AS many FROM paper_curve", "--store", "s.duckdb", "--format", "json"),
    ) as unknown[];
    expect(row).toEqual({ many: true });
  });

  it("serves the pages, which browsers need nothing else for", async () => {
    const child = spawn(
      process.execPath,
      ["node_modules/gradstream/bin/gradstream.js", "serve", "--store", "s.duckdb", "--port", "0"],
      { cwd: project, stdio: ["ignore", "ignore", "pipe"] },
    );
    try {
      const url = await new Promise<string>((resolve, reject) => {
        let text = "";
        child.on("exit", () => reject(new Error(text)));
        child.stderr.setEncoding("utf8").on("data", (part: string) => {
          const [, found] = /live: (http\S+)/.exec((text += part)) ?? [];
          if (found !== undefined) resolve(found);
        });
      });
      const seen = new Set<string>();
      const follow = async (path: string): Promise<void> => {
        if (seen.has(path)) return;
        seen.add(path);
        const response = await fetch(new URL(path, url));
        const code = await response.text();
        expect([path, response.status]).toEqual([path, 200]);
        for (const [, imported, name = imported] of code.matchAll(
          /\b(?:(?:from|import)\s*"([./][^"]+\.js)"|src="([^":]+\.js)")/g,
        )) {
          await follow(new URL(name!, new URL(path, url)).pathname);
        }
      };
      for (const path of ["/", "/sql.html", "/paper.html", "/client.js"]) await follow(path);
      expect(seen.size).toBeGreaterThan(60);
      expect([...seen].filter((path) => path.endsWith(".ts"))).toEqual([]);
    } finally {
      child.kill();
    }
  });
});

/** A checker of packages from the registry; where that is not reachable, its test is skipped. */
const checker = (name: string, ...args: readonly string[]) => {
  const npx = (...more: readonly string[]) =>
    spawnSync("npx", ["--yes", "--prefer-offline", name, ...more], {
      cwd: parent,
      encoding: "utf8",
      shell: isScript("npx"),
      timeout: 120_000,
    });
  const isThere = npx("--version").status === 0;
  return { isThere, check: () => npx(packed.tarball, ...args) };
};

describe("the checkers of packages find nothing:", () => {
  it.for([
    ["publint@0.3.25", "--strict"],
    ["@arethetypeswrong/cli@0.18.5", "--profile", "esm-only"],
  ] as const)("%s", ([name, ...args], { skip }) => {
    const { isThere, check } = checker(name, ...args);
    skip(!isThere, `${name} cannot be had from the registry`);
    const { stdout, stderr, status } = check();
    expect([status, stdout + stderr]).toEqual([0, expect.any(String)]);
  });
});
