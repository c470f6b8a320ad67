import { fork } from "node:child_process";
import { once } from "node:events";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { openStore } from "../../src/store/open-store.ts";
import { SCHEMA_VERSION } from "../../src/store/schema.ts";
import { temporaryFolder } from "../fixtures/runs.ts";
import { REGISTER } from "../fixtures/this-program.ts";
import { writeVersion2 } from "../fixtures/version-2.ts";

const CHILD = fileURLToPath(new URL("../fixtures/opening-child.ts", import.meta.url));
const EVENTS = 300_000;
/** Shares of the time that opening takes when nobody kills it. */
const MOMENTS = [0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95];

/** Opens the store in a process, which is killed after some milliseconds. Returns how long it took, if it was not. */
async function opened(path: string, killAfter?: number): Promise<number | undefined> {
  const child = fork(CHILD, [path], { execArgv: ["--import", REGISTER], stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = once(child, "exit") as Promise<[number | null]>;
  await once(child, "message");
  const from = performance.now();
  if (killAfter !== undefined) {
    await Promise.race([setTimeout(killAfter), ended]);
    child.kill("SIGKILL");
  }
  const [code] = await ended;
  return code === 0 ? performance.now() - from : undefined;
}

it("loses nothing to a kill at any moment of a migration", async () => {
  const folder = temporaryFolder();
  const old = join(folder, "old.duckdb");
  await writeVersion2(old, { events: EVENTS });
  const copy = (name: string): string => {
    const path = join(folder, `${name}.duckdb`);
    copyFileSync(old, path);
    return path;
  };
  const whole = (await opened(copy("whole")))!;
  let kills = 0;
  for (const moment of MOMENTS) {
    const path = copy(`killed-${moment}`);
    if ((await opened(path, whole * moment)) === undefined) kills += 1;
    const store = await openStore(path);
    onTestFinished(() => store.close());
    const { rows } = await store.query(
      `SELECT (SELECT max(version) FROM schema_version), count(*), count(DISTINCT step) FILTER (name = 'note'),
         (SELECT count(*) FROM reading WHERE stat = 'edge_of_stability'), (SELECT status FROM run) FROM event`,
    );
    expect(rows, `killed at ${moment} of ${whole} ms`).toEqual([
      [SCHEMA_VERSION, EVENTS + 2, EVENTS, 2, "interrupted"],
    ]);
  }
  expect(kills).toBeGreaterThan(0);
});
