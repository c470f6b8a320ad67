import { expect, it } from "vitest";
import { startBackend } from "gradstream";

const listeners = () => [process.listeners("uncaughtException"), process.listeners("unhandledRejection")];

it.each(["wasm", "cpu"] as const)("%s leaves what nothing caught to whoever owns the process", async (name) => {
  const before = listeners();
  await startBackend(name);
  expect(listeners()).toEqual(before);
});
