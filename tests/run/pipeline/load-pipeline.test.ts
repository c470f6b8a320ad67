import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { rowsOf, runEach, tinyCifar10 } from "../../fixtures/command-line.ts";
import { temporaryFolder } from "../../fixtures/runs.ts";

const HEAD = `import { experiment, loss, mlp, probes, sgd, train } from "gradstream";
import { take } from "rxjs";
const network = mlp({ hidden: [2] });
const it = experiment({
  hyper: { steps: 1, size: 10 },
  arms: () => ({ only: { network } }),
  run: (given) => given.batches({ size: 10 }).pipe(take(1), train(network, sgd({ learningRate: 0.1 }), { seed: 0 }), probes(loss())),
});
`;
const LINE = HEAD.split("\n").length;
const EXPORT = "export default it;";

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** What is said when a pipeline has loaded: it is asked for an arm that it has not. */
const LOADED = '--arm: no arm "nope"; there are only';

async function loading(cwd: string, names: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const results = await runEach(
    names.map((name) => ({ args: ["run", name, "--arm", "nope", "--no-serve"] })),
    cwd,
  );
  return Object.fromEntries(
    results.map(({ code, stderr }, i) => {
      expect([names[i], code]).toEqual([names[i], 2]);
      return [names[i]!, /^gradstream: (.*)\n$/.exec(stderr)?.[1] ?? `not one line: ${stderr}`];
    }),
  );
}

const MODERN = `
function doubled(_: undefined, { kind }: ClassFieldDecoratorContext) { return (value: number) => (kind === "field" ? 2 * value : 0); }
function logged(method: (this: A) => number, { name }: ClassMethodDecoratorContext) {
  return function (this: A) { return String(name) === "m" ? method.call(this) + 1 : 0; };
}
class A { @doubled x = 1; accessor y = 3; constructor(public z: number) {} @logged m() { return this.x + this.y + this.z; } }
if (new A(4).m() !== 10) throw new Error("decorators: " + new A(4).m());
enum E { A, B } const enum F { C = 3 } namespace N { export const x = 1; }
if (E.B + F.C + N.x !== 5) throw new Error("enums");
import json from "./x.json" with { type: "json" };
if (json.a !== 1) throw new Error("json");
`;

it("loads what TypeScript and Node allow, wherever it lies", async () => {
  const cwd = temporaryFolder();
  const usesHelper = `${HEAD}import { y } from "./helper.js"; if (y !== 1) throw new Error("y"); ${EXPORT}`;
  const helper = "export const y: number = 1;";
  const good = {
    "plain.ts": HEAD + EXPORT,
    "plain.mts": HEAD + EXPORT,
    "plain.mjs": HEAD + EXPORT,
    "modern.ts": HEAD + MODERN + EXPORT,
    "a b#c%20ü (d)/p q.ts": HEAD + EXPORT,
    "cjs/p.ts": usesHelper,
    "cjs/deeper/p.ts": usesHelper,
    "esm/p.js": HEAD + EXPORT,
  };
  write(cwd, {
    ...good,
    "x.json": '{ "a": 1 }',
    "cjs/package.json": '{ "type": "commonjs" }',
    "cjs/helper.ts": helper,
    "cjs/deeper/helper.ts": helper,
    "esm/package.json": '{ "type": "module" }',
  });
  const names = Object.keys(good);
  expect(await loading(cwd, names)).toEqual(Object.fromEntries(names.map((name) => [name, LOADED])));
  // In the training thread too.
  const [ran] = await runEach(
    [
      {
        args: ["run", "modern.ts", "--no-serve", "--store", "a.duckdb", "--backend", "cpu"],
        env: { CIFAR10_DIR: tinyCifar10(cwd) },
      },
    ],
    cwd,
  );
  expect(ran).toMatchObject({ code: 0 });
  expect(ran!.stderr).not.toContain("Warning");
  expect(await rowsOf(join(cwd, "a.duckdb"), "SELECT status FROM run")).toEqual([["completed"]]);
});

it("says in one line why a file is no pipeline, and where in the user's files", async () => {
  const cwd = temporaryFolder();
  const ending = "a pipeline is an ES module; its name ends in .ts, .mts, .js, .mjs, not in";
  const threw = "loading the pipeline threw:";
  const at = (name: string) => `(${name}:${LINE})`;
  const cases: readonly (readonly [name: string, code: string, message: string | RegExp])[] = [
    ["a.cts", EXPORT, `a.cts: ${ending} .cts`],
    ["a.cjs", "module.exports = 1;", `a.cjs: ${ending} .cjs`],
    ["a.tsx", EXPORT, `a.tsx: ${ending} .tsx`],
    ["a.json", "{}", `a.json: ${ending} .json`],
    ["a", EXPORT, `a: ${ending} nothing`],
    ["b.js", EXPORT, "b.js: Node takes it for CommonJS, and a pipeline is an ES module; name it .mjs or .ts"],
    ["none.ts", "export const x = 1;", "none.ts: has no default export; write `export default experiment({ … })`"],
    ["syntax.ts", "const x = ;", `syntax.ts: ${threw} syntax error: Expression expected ${at("syntax.ts")}`],
    ["url.ts", 'new URL("nope");', `url.ts: ${threw} Invalid URL ${at("url.ts")}`],
    [
      "util.ts",
      'import u from "node:util"; u.promisify(1);',
      /of type function\. Received type number \(1\) \(util\.ts:\d+\)$/,
    ],
    [
      "tf.ts",
      'import { tensor } from "@tensorflow/tfjs-core"; tensor([1], [2]);',
      /^tf\.ts: .* should have 2 values but has 1 \(tf\.ts:\d+\)$/,
    ],
    [
      "lacks.ts",
      'import { nope } from "gradstream"; nope;',
      /does not provide an export named 'nope' \(lacks\.ts:\d+\)$/,
    ],
    ["json.ts", 'import "./x.json";', /^json\.ts: .*x\.json" needs an import attribute of (type "json"|"type: json")$/],
    [
      "missing.ts",
      'import "./nowhere.ts";',
      /^missing\.ts: .*Cannot find module '.*nowhere\.ts' imported from .*missing\.ts$/,
    ],
    ["own.ts", 'throw new Error("boom\\nagain");', `own.ts: ${threw} boom again ${at("own.ts")}`],
    ["in (it) #1.ts", "null.x;", /^in \(it\) #1\.ts: .*reading 'x'\) \(in \(it\) #1\.ts:\d+\)$/],
    ["helped.ts", 'import "./helper.ts";', `helped.ts: ${threw} from the helper (helper.ts:2)`],
  ];
  write(cwd, {
    ...Object.fromEntries(cases.map(([name, code]) => [name, HEAD + code])),
    "x.json": "{}",
    "helper.ts": '\nthrow new Error("from the helper");\n',
  });
  const said = await loading(
    cwd,
    cases.map(([name]) => name),
  );
  for (const [name, , message] of cases) {
    expect([name, said[name]]).toEqual([name, typeof message === "string" ? message : expect.stringMatching(message)]);
  }
});
