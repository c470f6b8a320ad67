import { mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openStore } from "gradstream/store";
import { pipeline, runEach, tinyCifar10 } from "../fixtures/command-line.ts";
import { aRun, temporaryFolder } from "../fixtures/runs.ts";

const HEAD = `import { experiment, mlp } from "gradstream";
import { EMPTY } from "rxjs";
const network = mlp();
const fine = { hyper: { steps: 5 }, arms: () => ({ a: { network } }), run: () => EMPTY };
`;

/** A pipeline's last line, and what is said of it. */
const PIPELINES: readonly (readonly [name: string, code: string, message: string | RegExp])[] = [
  ["nothing", "export const x = 1;", "nothing: has no default export; write `export default experiment({ … })`"],
  ["number", "export default 7;", /^number: the default export is not an experiment: .*expected object/],
  ["no-hyper", "export default { ...fine, hyper: 1 };", /^no-hyper: the default export is not an experiment: hyper: /],
  ["no-run", "export default { ...fine, run: 1 };", /not an experiment: run: must be a function of its context$/],
  ["extra", "export default { ...fine, sedes: 3 };", /not an experiment: Unrecognized key: "sedes"$/],
  ["taken", "export default { ...fine, hyper: { steps: 1, seed: 1 } };", /^taken: hyper\.seed: .* another name$/],
  [
    "scale",
    "export default { ...fine, scales: { small: { setps: 9 } } };",
    'scale: scales.small: no hyper-parameter "setps"; there are steps',
  ],
  ["boom", 'throw new Error("boom");', "boom: loading the pipeline threw: boom (boom.ts:5)"],
  ["text", 'throw "boom";', "text: loading the pipeline threw: boom"],
  [
    "syntax",
    "export default experiment({ ...fine, arms: );",
    "syntax: loading the pipeline threw: syntax error: Expression expected (syntax.ts:5)",
  ],
  [
    "import",
    'import { bacthNorm } from "gradstream"; bacthNorm;',
    /^import: .* does not provide an export named 'bacthNorm'/,
  ],
  ["package", 'import x from "no-such-package"; x;', /^package: loading the pipeline threw: Cannot find package/],
  ["arms", 'export default { ...fine, arms: () => { throw new Error("boom"); } };', "arms threw: boom (arms.ts:5)"],
  ["no-arms", "export default { ...fine, arms: () => ({}) };", /^arms: there are none/],
  ["later", "export default { ...fine, arms: async () => ({}) };", /^arms: .*expected record, received Promise/],
  [
    "no-network",
    "export default { ...fine, arms: () => ({ a: { network }, b: {} }) };",
    'arm "b" has no network; write b: { network: vgg() }, or another network',
  ],
  [
    "no-operator",
    "export default { ...fine, arms: () => ({ a: { network, activations: 1 } }) };",
    'arm "a": activations must be an rxjs operator, not number',
  ],
];

it("answers bad input with one line that names the culprit, and exit code 2", async () => {
  const cwd = temporaryFolder();
  const tiny = pipeline("tiny");
  const run = (...args: string[]) => ["run", tiny, "--store", "new.duckdb", "--no-serve", ...args];
  const cases: { args: string[]; message: string | RegExp; env?: Record<string, string> }[] = [
    { args: ["rnu"], message: "unknown command 'rnu' (Did you mean run?) (see --help)" },
    { args: ["--frob"], message: "unknown option '--frob' (see --help)" },
    { args: ["run"], message: "missing required argument 'pipeline' (see --help)" },
    { args: ["run", "nowhere"], message: /^no pipeline nowhere; give a path, or one of .*noisy-batchnorm/ },
    { args: ["run", "a", "b"], message: /^too many arguments for 'run'/ },
    { args: run("--arm", "plain,nope"), message: '--arm: no arm "nope"; there are plain, noisy' },
    { args: run("--frob"), message: "unknown option '--frob' (see --help)" },
    { args: run("--scale", "huge"), message: /'--scale <scale>' argument 'huge' is invalid.* quick, small, paper/ },
    {
      args: run("--backend", "gpu"),
      message: /'--backend <name>' argument 'gpu' is invalid.* auto, tensorflow, webgpu, wasm, cpu/,
    },
    { args: run("--data", "imagenet"), message: /'--data <set>' argument 'imagenet' is invalid.* shapes10/ },
    { args: run("--steps", "0"), message: /'--steps <n>' argument '0' is invalid.* from 1 to \d+\./ },
    { args: run("--seeds", "x"), message: /'--seeds <n>' argument 'x' is invalid.* from 1 to \d+\./ },
    {
      args: run("--seeds", "99999999999"),
      message: /'--seeds <n>' argument '99999999999' is invalid.* from 1 to 10000\./,
    },
    { args: run("--jobs", "1.5"), message: /'--jobs <n>' argument '1.5' is invalid.* from 1 to \d+\./ },
    { args: run("--port", "99999"), message: /'--port <n>' argument '99999' is invalid.* 65535/ },
    { args: run("--set", "hidden"), message: /'--set <key=value>' argument 'hidden' is invalid. It must be key=value/ },
    {
      args: run("--set", "foo=1"),
      message: '--set: no hyper-parameter "foo"; there are steps, hidden, size, learningRate, layer',
    },
    { args: run("--set", "toString=1"), message: /^--set: no hyper-parameter "toString"/ },
    { args: run("--set", "hidden=abc"), message: "--set hidden=abc: hidden is a number (default 8)" },
    { args: run("--set", "steps=2.5"), message: "steps must be a whole number from 1 to 2147483647, not 2.5" },
    {
      args: run("--store", "folder"),
      message: /^folder is a folder without manifest.json: neither a store nor an archive of one$/,
    },
    { args: run("--store", "file.txt/x.duckdb"), message: /^file\.txt\/x\.duckdb: cannot create its folder/ },
    {
      args: run("--store", "file.txt"),
      message: /^file\.txt is not a DuckDB database; name another file with --store$/,
    },
    { args: run("--store", "newer.duckdb"), message: /^newer\.duckdb has schema version 99.*update gradstream/ },
    {
      args: run(),
      env: { CIFAR10_DIR: tinyCifar10(cwd, "cut") },
      message: /cut\/data_batch_1\.bin has 307299 bytes, expected a multiple of 3073/,
    },
    {
      args: run(),
      env: { CIFAR10_DIR: tinyCifar10(cwd, "label") },
      message: /label\/test_batch\.bin, record 0: label 10, expected 0 to 9/,
    },
    { args: run(), env: { CIFAR10_DIR: "nowhere" }, message: /^CIFAR10_DIR=nowhere: cifar10: no folder .*nowhere/ },
    { args: ["runs", "extra", "more"], message: /^too many arguments for 'runs'/ },
    { args: ["runs", "--store", "none.duckdb"], message: /^none\.duckdb does not exist: run something first/ },
    { args: ["sql", "SELEC 1", "--store", "newer.duckdb"], message: /^newer\.duckdb has schema version 99/ },
    { args: ["sql"], message: "missing required argument 'query' (see --help)" },
    { args: ["data", "frob"], message: "unknown command 'frob' (see --help)" },
    { args: ["doctor", "--frob"], message: "unknown option '--frob' (see --help)" },
  ];
  for (const [name, code, message] of PIPELINES) {
    writeFileSync(join(cwd, `${name}.ts`), `${HEAD}${code}\n`);
    cases.push({ args: ["run", name, "--store", "new.duckdb"], message });
  }
  mkdirSync(join(cwd, "folder"));
  writeFileSync(join(cwd, "file.txt"), "no database ".repeat(1000));
  truncateSync(join(cwd, "cut", "data_batch_1.bin"), 307299);
  const labelled = readFileSync(join(cwd, "label", "test_batch.bin"));
  labelled[0] = 10;
  writeFileSync(join(cwd, "label", "test_batch.bin"), labelled);
  await writeNewerStore(join(cwd, "newer.duckdb"));
  const before = readFileSync(join(cwd, "newer.duckdb"));

  const small = { CIFAR10_DIR: tinyCifar10(cwd) };
  const results = await runEach(
    cases.map(({ args, env }) => ({ args, env: { ...small, ...env } })),
    cwd,
  );
  cases.forEach(({ args, message }, i) => {
    const { code, stdout, stderr } = results[i]!;
    const said = /^gradstream: (.*)\n$/.exec(stderr)?.[1] ?? `not one line: ${stderr}`;
    expect([args, said]).toEqual([args, typeof message === "string" ? message : expect.stringMatching(message)]);
    expect([args, code, stdout]).toEqual([args, 2, ""]);
  });
  expect(readFileSync(join(cwd, "newer.duckdb")).equals(before)).toBe(true);
});

async function writeNewerStore(path: string): Promise<void> {
  const store = await openStore(path);
  await store.startRun(aRun());
  await store.finishRun("run-1", "completed", 0);
  await store.query("INSERT INTO schema_version VALUES (99, now())");
  await store.close();
}

it("explains itself", async () => {
  const cwd = temporaryFolder();
  const asked = [[], ["run"], ["runs"], ["sql"], ["data"], ["data", "cifar10"], ["doctor"]].map((names) => ({
    args: [...names, "--help"],
  }));
  const results = await runEach([...asked, { args: ["doctor", "--json"] }, { args: [] }, { args: ["--version"] }], cwd);
  const [bare, version] = results.slice(-2);
  for (const [i, { args }] of asked.entries()) {
    expect([args, results[i]]).toEqual([
      args,
      { code: 0, stdout: expect.stringMatching(/^Usage: /) as string, stderr: "" },
    ]);
  }
  const report = JSON.parse(results.at(-3)!.stdout) as { backends: { name: string; available: boolean }[] };
  expect(report.backends).toEqual(
    ["tensorflow", "webgpu", "wasm", "cpu"].map((name) => ({
      name,
      available: /wasm|cpu/.test(name) || (expect.any(Boolean) as boolean),
      detail: expect.any(String) as string,
    })),
  );
  expect(bare).toEqual({ code: 2, stdout: "", stderr: expect.stringMatching(/^Usage: /) as string });
  expect(version).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string, stderr: "" });
});
