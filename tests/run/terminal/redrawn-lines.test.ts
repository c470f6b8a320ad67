import { spawn } from "node:child_process";
import { EventEmitter } from "node:events";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Board } from "../../../src/run/watch/board.ts";
import { RedrawnLines } from "../../../src/run/terminal/redrawn-lines.ts";
import { pipeline, tinyCifar10 } from "../../fixtures/command-line.ts";
import { temporaryFolder } from "../../fixtures/runs.ts";
import { type Act, inTerminal, NO_TERMINAL } from "../../fixtures/terminal.ts";
import { itUnless } from "../../fixtures/unless.ts";
import { BIN } from "../../fixtures/this-program.ts";

const SHOW = "\u001b[?25h";
const HIDE = "\u001b[?25l";

itUnless(
  NO_TERMINAL,
  "gives the terminal its cursor back while a run is stopped, and draws again when it goes on",
  async () => {
    const cwd = temporaryFolder();
    const acts: Act[] = [
      ["see", "steps/s  "],
      ["key", "Z"],
      ["stopped"],
      ["see", SHOW],
      ["mark"],
      ["continue"],
      ["see", HIDE],
      ["see", "steps/s"],
      ["key", "C"],
    ];
    const args = ["run", pipeline("long"), "--arm", "a", "--store", "a.duckdb", "--no-serve"];
    const { code, kept } = await inTerminal(acts, args, cwd, { CIFAR10_DIR: tinyCifar10(cwd) });
    expect(kept[0]).not.toContain(HIDE);
    expect(code).toBe(130);
  },
);

itUnless(NO_TERMINAL, "erases what a narrower terminal shows of its lines before it draws them anew", async () => {
  const cwd = temporaryFolder();
  const acts: Act[] = [
    ["see", "steps/s  "],
    ["narrow", 30],
    ["mark"],
    ["see", "\u001b[2K\u001b[1A\u001b[2K\u001b[1A\u001b[2K"],
    // A line of 30 columns has no word for its step.
    ["see", "\u001b[?2026ha  "],
    ["key", "C"],
  ];
  const args = ["run", pipeline("long"), "--arm", "a", "--store", "a.duckdb", "--no-serve"];
  expect((await inTerminal(acts, args, cwd, { CIFAR10_DIR: tinyCifar10(cwd) })).code).toBe(130);
});

/** A stream that counts what listens to it. */
function screen(columns: number) {
  let text = "";
  const write = (part: string): boolean => {
    text += part;
    return true;
  };
  const emitter = new EventEmitter();
  const stream = Object.assign(emitter, { isTTY: true, columns, rows: 24, write }) as unknown as NodeJS.WriteStream;
  const take = (): string => {
    const taken = text;
    text = "";
    return taken;
  };
  return { stream, emitter, take };
}

it("counts the rows that its lines have become", () => {
  const { stream, take } = screen(100);
  const lines = new RedrawnLines(stream, () =>
    `${"x".repeat(60)}\n${"y".repeat(20)}`.slice(0, stream.columns === 100 ? 999 : 5),
  );
  lines.draw();
  take();
  stream.columns = 25;
  stream.emit("resize");
  const erased = take();
  // Three rows of x, one of y, and the cursor's own.
  expect(erased.split("\u001b[2K").length - 1).toBeGreaterThanOrEqual(5);
  expect(erased.startsWith("\u001b[2K\u001b[1A".repeat(4))).toBe(true);
  expect(erased).toContain("xxxxx");
  lines.close();
});

it("listens to nothing any more when it is closed, of runs that are watched too", () => {
  const signals = () => [process.listenerCount("SIGTSTP"), process.listenerCount("SIGCONT")];
  const before = signals();
  const { stream, emitter } = screen(100);
  const board = new Board(stream);
  expect(emitter.listenerCount("resize")).toBe(1);
  if (process.platform !== "win32") expect(signals()).toEqual(before.map((count) => count + 1));
  board.close();
  expect([emitter.listenerCount("resize"), ...signals()]).toEqual([0, ...before]);
});

itUnless(
  process.platform === "win32" ? "Windows keeps a folder that is in use" : undefined,
  "says that its folder is gone",
  async () => {
    const cwd = join(temporaryFolder(), "gone");
    mkdirSync(cwd);
    // A shell stays where it is when that is removed.
    const child = spawn("sh", ["-c", `read go; exec "${process.execPath}" "${BIN}" runs`], { cwd });
    rmSync(cwd, { recursive: true });
    expect(existsSync(cwd)).toBe(false);
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (part: string) => (stderr += part));
    child.stdin.end("go\n");
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect([code, stderr.split("\n").filter((line) => line.startsWith("gradstream: "))]).toEqual([
      2,
      ["gradstream: the folder that this was started in is gone; change to another"],
    ]);
  },
);
