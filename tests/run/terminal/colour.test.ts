import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { canRedraw, hasColours } from "../../../src/run/terminal/colour.ts";
import { BIN } from "../../fixtures/this-program.ts";

const TERMINAL = { isTTY: true };
const PIPE = {};

describe("colours", () => {
  it.each([
    [TERMINAL, {}, true],
    [PIPE, {}, false],
    [TERMINAL, { TERM: "dumb" }, false],
    [TERMINAL, { NO_COLOR: "1" }, false],
    [TERMINAL, { NO_COLOR: "" }, true],
    [PIPE, { FORCE_COLOR: "1" }, true],
    [PIPE, { FORCE_COLOR: "" }, true],
    [TERMINAL, { FORCE_COLOR: "0" }, false],
    [TERMINAL, { FORCE_COLOR: "false" }, false],
    [PIPE, { FORCE_COLOR: "1", TERM: "dumb" }, true],
    [PIPE, { FORCE_COLOR: "1", NO_COLOR: "1" }, false],
  ])("of %j with %j: %s", (stream, env, expected) => {
    expect(hasColours(stream, env)).toBe(expected);
  });

  it("are in what commands print where they are asked for, and nowhere else", () => {
    const doctor = (env: Readonly<Record<string, string>>) => {
      const rest = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.endsWith("_COLOR")));
      return spawnSync(process.execPath, [BIN, "doctor"], {
        encoding: "utf8",
        env: { ...rest, ...env },
      });
    };
    expect(doctor({ FORCE_COLOR: "1" }).stdout).toContain("\u001b[32mok\u001b[39m  wasm");
    expect(doctor({}).stdout).toContain("  ok  wasm");
  });
});

describe("lines drawn anew in place", () => {
  it.each([
    [TERMINAL, {}, true],
    [TERMINAL, { TERM: "dumb" }, false],
    [TERMINAL, { NO_COLOR: "1" }, true],
    [TERMINAL, { CI: "1" }, false],
    [TERMINAL, { CI: "true" }, false],
    [TERMINAL, { CI: "" }, true],
    [TERMINAL, { CI: "false" }, true],
    [PIPE, { FORCE_COLOR: "1" }, false],
  ])("on %j with %j: %s", (stream, env, expected) => {
    expect(canRedraw(stream, env)).toBe(expected);
  });
});
