import { join } from "node:path";
import { expect } from "vitest";
import { openStore } from "../../../src/store/open-store.ts";
import { aRun, temporaryFolder } from "../../fixtures/runs.ts";
import { inTerminal, NO_TERMINAL } from "../../fixtures/terminal.ts";
import { itUnless } from "../../fixtures/unless.ts";

itUnless(NO_TERMINAL, "takes Ctrl-C for an interruption, and the end of the input for a no", async () => {
  const folder = temporaryFolder();
  const store = await openStore(join(folder, "a.duckdb"));
  await store.startRun(aRun());
  await store.finishRun("run-1", "completed", Date.now());
  await store.close();
  const prune = ["store", "prune", "--store", "a.duckdb", "--run", "run-1"];
  const answered = (key: string) => inTerminal([["see", "[y/N]"], ["key", key]], prune, folder); // prettier-ignore
  const [interrupted, ended] = [await answered("C"), await answered("D")];
  expect(interrupted).toMatchObject({ code: 130, kept: [expect.stringContaining("interrupted; nothing was done")] });
  expect(ended).toMatchObject({ code: 2, kept: [expect.stringContaining("nothing was removed")] });
  const after = await openStore(join(folder, "a.duckdb"), { readOnly: true });
  expect((await after.query("SELECT run_id FROM run")).rows).toEqual([["run-1"]]);
  await after.close();
});
