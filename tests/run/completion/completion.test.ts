import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bashScript } from "../../../src/run/completion/bash.ts";
import { completionsOf } from "../../../src/run/completion/completions.ts";
import { program } from "../../docs/program.ts";
import { BIN } from "../../fixtures/this-program.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gradstream-completion-"));
  for (const shell of SHELLS) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, "completion", shell]);
    expect([status, String(stderr)]).toEqual([0, ""]);
    writeFileSync(join(folder, shell), stdout);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const isThere = (shell: string): boolean => spawnSync(shell, ["--version"]).status === 0;

/** Runs code in a shell that knows nothing but the script, and returns the lines that it prints. */
function inShell(shell: (typeof SHELLS)[number], code: string): readonly string[] {
  const bare = { bash: ["--norc", "--noprofile"], zsh: ["-f"], fish: ["--no-config"] }[shell];
  const result = spawnSync(shell, [...bare, "-c", code], { cwd: folder, encoding: "utf8" });
  expect([result.status, result.stderr]).toEqual([0, ""]);
  return result.stdout.split("\n").filter(Boolean);
}

describe.skipIf(!isThere("bash"))("bash", () => {
  /** What bash offers for the last of the words, which bash itself splits at `=`. */
  const complete = (...words: readonly string[]) =>
    inShell(
      "bash",
      `source ./bash; COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1};
       _gradstream; printf '%s\\n' "\${COMPREPLY[@]}"`,
    );

  it("completes commands and their subcommands", () => {
    expect(complete("gradstream", "re")).toEqual(["resume", "reproduce", "report"]);
    expect(complete("gradstream", "data", "")).toEqual(["cifar10", "cifar100", "mnist", "fashion-mnist", "list"]);
    expect(complete("gradstream", "completion", "")).toEqual(["bash", "zsh", "fish"]);
  });

  it("completes the options of the command that stands there", () => {
    expect(complete("gradstream", "run", "--se")).toEqual(["--set", "--seeds", "--seed", "--serve"]);
    expect(complete("gradstream", "data", "cifar10", "--")).toEqual(["--dir", "--url", "--help"]);
    expect(complete("gradstream", "run", "data", "--di")).toEqual([]);
  });

  it("completes values that have choices, after a space and after =", () => {
    expect(complete("gradstream", "run", "x.ts", "--scale", "")).toEqual(["smoke", "quick", "small", "paper"]);
    expect(complete("gradstream", "run", "--scale", "=", "s")).toEqual(["smoke", "small"]);
    expect(complete("gradstream", "run", "--scale", "=")).toEqual(["smoke", "quick", "small", "paper"]);
    expect(complete("gradstream", "reproduce", "--scale", "q")).toEqual([]);
  });

  it("completes pipelines that ship", () => {
    expect(complete("gradstream", "run", "noisy")).toEqual(["noisy-batchnorm"]);
    expect(complete("gradstream", "sweep", "noisy")).toEqual(["noisy-batchnorm"]);
    expect(complete("gradstream", "run", "examples/res")).toEqual(["examples/residual"]);
  });

  it("is registered for gradstream, with names of files where nothing of ours fits", () => {
    expect(inShell("bash", "source ./bash; complete -p gradstream")).toEqual([
      "complete -o default -F _gradstream gradstream",
    ]);
  });
});

describe.skipIf(!isThere("fish"))("fish", () => {
  const complete = (line: string) =>
    inShell("fish", `source ./fish; complete -C '${line}'`).map((found) => found.split("\t")[0]!);

  it("completes commands, options and values", () => {
    expect(complete("gradstream re")).toEqual(["report", "reproduce", "resume"]);
    expect(complete("gradstream run --scale ")).toEqual(["paper", "quick", "small", "smoke"]);
    expect(complete("gradstream data cifar10 --u")).toEqual(["--url"]);
    expect(complete("gradstream completion ")).toEqual(["bash", "fish", "zsh"]);
  });
});

describe.skipIf(!isThere("zsh"))("zsh", () => {
  it("takes the script, sourced, and knows whose it is", () => {
    expect(inShell("zsh", "autoload -U compinit; compinit -D; source ./zsh; print $_comps[gradstream]")).toEqual([
      "_gradstream",
    ]);
  });

  it("completes what stands at the cursor", () => {
    const code = `compadd() { print -l -- "\${@:2}" }
      _files() { print files }
      _describe() { print -l -- \${(P)@[-1]} }
      compset() { : }
      compdef() { : }
      source ./zsh
      words=(gradstream run --scale s); CURRENT=4; _gradstream
      words=(gradstream data ""); CURRENT=3; _gradstream
      words=(gradstream export --store ""); CURRENT=4; _gradstream`;
    expect(inShell("zsh", code)).toEqual([
      "smoke",
      "quick",
      "small",
      "paper",
      "cifar10:download CIFAR-10 (170 MB), check it and unpack it",
      "cifar100:download CIFAR-100 (169 MB), check it and unpack it",
      "mnist:download MNIST (12 MB) and check it",
      "fashion-mnist:download Fashion-MNIST (31 MB) and check it",
      "list:list the data sets that can be used here",
      "files",
    ]);
  });
});

describe("the script", () => {
  it("has every option of every command", () => {
    const all = completionsOf(program());
    const text = bashScript(all);
    expect(all.length).toBeGreaterThan(15);
    for (const { path, options } of all) {
      const flags = options.map(({ flag }) => flag).join(" ");
      expect(text).toContain(`"${path}") options="${flags}"`);
    }
  });
});
