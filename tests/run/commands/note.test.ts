import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { noteCommand } from "../../../src/run/commands/note.ts";
import { runsCommand } from "../../../src/run/commands/runs.ts";
import { openStore } from "../../../src/store/open-store.ts";
import { start } from "../../fixtures/command-line.ts";
import { oneRunStore } from "../../fixtures/one-run-store.ts";
import { output } from "../../fixtures/output.ts";
import { aRun, rejection } from "../../fixtures/runs.ts";

const note = (path: string, ...args: string[]): Promise<string> => output(noteCommand(), ...args, "--store", path);
const runs = (path: string, ...args: string[]): Promise<string> => output(runsCommand(), "--store", path, ...args);

/** A store of `run-1` and `run-2`. */
async function twoRuns(): Promise<string> {
  const path = await oneRunStore();
  const store = await openStore(path);
  await store.startRun(aRun({ runId: "run-2", seed: 1 }));
  await store.finishRun("run-2", "completed", 1000);
  await store.close();
  return path;
}

describe("gradstream note", () => {
  it("keeps a note and tags, adds to them and takes away", async () => {
    const path = await twoRuns();
    expect(await note(path, "run-1")).toBe("run-1: no note, no tags\n");
    expect(await note(path, "run-1", "warm", "--tag", "good, b")).toBe("run-1: warm; tags b, good\n");
    expect(await note(path, "run-1", "--tag", "c", "--untag", "good")).toBe("run-1: warm; tags b, c\n");
    expect(await note(path, "run-1", "", "--quiet")).toBe("");
    expect(JSON.parse(await note(path, "run-1", "--json"))).toEqual({
      store: path,
      run: "run-1",
      note: "",
      tags: ["b", "c"],
    });
  });

  it("takes the beginning of an id that one run has, and says what is wrong in one line", async () => {
    const path = await twoRuns();
    const refusal = async (...args: string[]): Promise<string> => (await rejection(note(path, ...args))).message;
    expect(await refusal("run", "x")).toBe("note: several runs begin with run: run-1, run-2 …; give one of them whole");
    expect(await refusal("other")).toBe(`note: no run other in ${path}; gradstream runs lists them`);
    expect(await refusal("run-1", "--tag", "a b")).toMatch(/^"a b" is not a tag/);
    const store = await openStore(path);
    await store.startRun(aRun({ runId: "run-22", seed: 2 }));
    await store.finishRun("run-22", "completed", 1000);
    await store.close();
    expect(await note(path, "run-2", "exactly this one")).toBe("run-2: exactly this one\n");
    expect(await note(path, "run-22", "--tag", "x")).toBe("run-22: tags x\n");
  });

  it("is shown by gradstream runs, which finds by tags", async () => {
    const path = await twoRuns();
    expect(await runs(path)).not.toMatch(/tags|note/);
    await note(path, "run-2", "read me", "--tag", "good,warm-up");
    expect(await runs(path)).toMatch(/took +tags +note/);
    expect(await runs(path)).toMatch(/run-2 .* good, warm-up +read me/);
    expect(await runs(path, "--tag", "good", "--quiet")).toBe("run-2\n");
    expect(await runs(path, "--tag", "bad")).toBe(`No run with the tag bad in ${path}.\n`);
    expect(JSON.parse(await runs(path, "--json"))).toMatchObject([
      { run_id: "run-1", note: null, tags: null },
      { run_id: "run-2", note: "read me", tags: ["good", "warm-up"] },
    ]);
    expect(await runs(path, "run-2")).toMatch(/note +read me/);
  });

  it("asks the process that serves a store for editing, which keeps it; one that only reads it keeps others out", async () => {
    const path = await twoRuns();
    const place = { cwd: dirname(path) };
    const editing = start(["serve", "--edit", "--store", path, "--port", "0"], place);
    await editing.seen("for writing; Ctrl-C ends");
    expect(await note(path, "run-1", "from outside", "--tag", "live")).toBe("run-1: from outside; tags live\n");
    expect(await runs(path, "--tag", "live", "--quiet")).toBe("run-1\n");
    editing.child.kill("SIGINT");
    expect((await editing.ended).code).toBe(0);
    expect(await note(path, "run-1")).toBe("run-1: from outside; tags live\n");

    const reading = start(["serve", "--store", path, "--port", "0"], place);
    await reading.seen("for reading only; Ctrl-C ends");
    expect((await rejection(note(path, "run-1", "x"))).message).toMatch(/is (open|being|in use)/);
    reading.child.kill("SIGINT");
    await reading.ended;
  });
});
