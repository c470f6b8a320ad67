import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { start, tinyCifar10 } from "../../fixtures/command-line.ts";
import { temporaryFolder } from "../../fixtures/runs.ts";

interface Code {
  /** Stands where the module is loaded. */
  readonly top?: string;
  /** Stands in the function that makes the arms. */
  readonly arms?: string;
}

const module = ({ top = "", arms = "" }: Code): string => `import { experiment, mlp } from "gradstream";
import { EMPTY } from "rxjs";
${top}
export default experiment({
  hyper: { steps: 1 },
  arms: () => { ${arms}; return { a: { network: mlp({ hidden: [2] }) } }; },
  run: () => EMPTY,
});
`;

const threw = "its code threw outside any call:";
const CASES: Readonly<Record<string, readonly [code: Code, said: string | RegExp]>> = {
  "import.ts": [{ top: "process.exit(0);" }, "loading the pipeline ended the process, or waits for ever"],
  "arms.ts": [{ arms: "process.exit(0)" }, "making its arms ended the process, or waits for ever"],
  "rejects.ts": [{ top: 'void Promise.reject(new Error("late\\ntrouble"));' }, `${threw} late trouble (rejects.ts:3)`],
  "nothing.ts": [{ top: "void Promise.reject(undefined);" }, `${threw} undefined`],
  "object.ts": [{ top: "void Promise.reject({ a: 1 });" }, `${threw} { a: 1 }`],
  "long.ts": [
    { top: 'void Promise.reject(new Error("x".repeat(40_000)));' },
    new RegExp(`^long.ts: ${threw} x{400} …$`),
  ],
  "cause.ts": [
    { top: 'void Promise.reject(new Error("fetch failed", { cause: new Error("refused") }));' },
    `${threw} fetch failed (cause.ts:3): refused`,
  ],
  "armsReject.ts": [{ arms: 'void Promise.reject(new Error("x"))' }, `${threw} x (armsReject.ts:6)`],
};

it.each(Object.keys(CASES))(
  "says in one line what a pipeline does to the process before it trains (%s)",
  async (name) => {
    const [code, said] = CASES[name]!;
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, name), module(code));
    const args = ["run", name, "--no-serve", "--store", "a.duckdb", "--backend", "cpu"];
    const ended = await start(args, { cwd, cifar10: tinyCifar10(cwd) }).ended;
    expect(ended.code).toBe(2);
    const [, line] = /^gradstream: ([^\n]*)\n$/.exec(ended.stderr) ?? [];
    if (typeof said === "string") expect(line ?? ended.stderr).toBe(`${name}: ${said}`);
    else expect(line ?? ended.stderr).toMatch(said);
  },
);
