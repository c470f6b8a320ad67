import { expect, it } from "vitest";
import { COMMANDS } from "../../src/run/main.ts";

it.each(Object.entries(COMMANDS))("lists %s as the command describes itself", async (name, { term, summary, load }) => {
  const command = await load();
  expect(command.name()).toBe(name);
  expect(command.createHelp().subcommandTerm(command)).toBe(term);
  expect(command.description()).toBe(summary);
});
