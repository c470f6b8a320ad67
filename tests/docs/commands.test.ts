import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { describe, expect, it, vi } from "vitest";
import { EXIT_CODES } from "../../src/run/command-line/exit-code.ts";
import { main } from "../../src/run/main.ts";
import { proseOf, RUNNABLE, runnable } from "./markdown.ts";
import { commandLines, commandsByName, program } from "./program.ts";

const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as {
  scripts: Readonly<Record<string, string>>;
};
const commands = commandsByName();
const guide = proseOf("docs/guide/commands.md");

describe("command lines in the documents", () => {
  const snippets = runnable("sh");

  it("are there", () => {
    expect(snippets.length).toBeGreaterThan(5);
  });

  it.each(snippets)("%s: are commands that exist, with options that they have", async (_place, { text }) => {
    const lines = commandLines(text);
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) await expectCommand(line);
  });

  it("in the prose have names and options that exist", () => {
    const inline = RUNNABLE.flatMap((file) => [...proseOf(file).matchAll(/`(?:npx )?gradstream ([a-z][^`]*)`/g)]);
    expect(inline.length).toBeGreaterThan(5);
    for (const [line, rest] of inline) {
      const words = rest!.split(" ");
      const command = commands.get(words.slice(0, 2).join(" ")) ?? commands.get(words[0]!);
      const options = [...(command?.options.map(({ long }) => long) ?? []), "--help"];
      if (words[0] !== "setup" || words.length > 1) expect(command, line).toBeDefined();
      for (const word of words) if (word.startsWith("--")) expect(options, line).toContain(word);
    }
  });
});

/** A line that runs gradstream is parsed by it; npm runs a script there is; the others are the shell's. */
async function expectCommand(line: readonly string[]): Promise<void> {
  const [first, second, third] = line;
  if (first === "npm" && ["start", "test"].includes(second!)) return expect(scripts[second!]).toBeDefined();
  if (first === "npm" && second === "run") return expect(scripts, line.join(" ")).toHaveProperty([third!]);
  if (first === "npx" && second === "gradstream") {
    const seen: string[] = [];
    await program(({ command }) => seen.push(command)).parseAsync(line.slice(2), { from: "user" });
    return expect(seen, line.join(" ")).toHaveLength(1);
  }
  expect(
    ["cd", "docker", "git", "node", "npm", "npx", "python3", ".ci/run", "venv/bin/python"],
    line.join(" "),
  ).toContain(first);
}

describe("docs/guide/commands.md", () => {
  it("has a row for every command", () => {
    const rows = [...guide.matchAll(/^\| `([a-z]+)` /gm)].map(([, name]) => name);
    const names = new Set([...commands.keys()].map((name) => name.split(" ")[0]!));
    expect(rows.sort()).toEqual([...names].sort());
  });

  it("is held against the commands that gradstream has", async () => {
    let help = "";
    const write = vi.spyOn(process.stdout, "write").mockImplementation((part) => Boolean((help += String(part))));
    await main(["node", "gradstream", "--help"]);
    write.mockRestore();
    const there = [...help.matchAll(/^ {2}([a-z]+) (?:\[|<| )/gm)]
      .map(([, name]) => name)
      .filter((name) => name !== "help");
    expect(there).toEqual(program().commands.map((command) => command.name()));
  });

  it("lists every option, of every command that has it, and no other", () => {
    const listed = [...guide.matchAll(/^\| (`--.+?) +\| (.+?) +\|/gm)].flatMap(([, options, of]) =>
      ticked(options!).flatMap((flags) => ticked(of!).map((name) => `${name} ${flags}`)),
    );
    const there = [...commands].flatMap(([name, command]) => flagsOf(command).map((flags) => `${name} ${flags}`));
    const known = (line: string): string =>
      line.replace("--arm <arm>", "--arm <a,b>").replace("audit --seed <n>", "audit --seed <list>");
    expect(listed.sort()).toEqual(there.map(known).sort());
  });

  it("names the exit codes that --help does", () => {
    const codes = (text: string, row: RegExp) => [...text.matchAll(row)].map(([, code]) => code);
    expect(codes(guide, /^\| (\d+) /gm)).toEqual(codes(EXIT_CODES, /^ {2}(\d+) /gm));
    for (const name of ["run", "reproduce", "watch"])
      expect(helpOf(commands.get(name)!), name).toContain("Exit codes:");
  });
});

const ticked = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, inside]) => inside!);

const flagsOf = (command: Command): string[] =>
  command.options.map(({ flags }) => flags).filter((flags) => !flags.includes("--help"));

function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
  return text;
}
