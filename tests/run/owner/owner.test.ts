import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { withStore } from "../../../src/run/command-line/with-store.ts";
import { serveCommand } from "../../../src/run/commands/serve.ts";
import { sqlCommand } from "../../../src/run/commands/sql.ts";
import { copiesOf } from "../../../src/run/owner/copies.ts";
import { endpointOf } from "../../../src/run/owner/endpoint.ts";
import { holdAt } from "../../../src/run/owner/hold-at.ts";
import { ownStore } from "../../../src/run/owner/owner.ts";
import { openStore } from "../../../src/store/open-store.ts";
import { output } from "../../fixtures/output.ts";
import { aReading, aRun, rejection, temporaryFolder } from "../../fixtures/runs.ts";
import { startWriter } from "../../fixtures/writer.ts";

it("reads what another process is writing, whole and as it is by now", async () => {
  const path = join(temporaryFolder(), "a.duckdb");
  const { child, lines } = startWriter(path, true);
  let [flushed, copies] = [0, 0];
  // Long enough for the database itself to change between copies: DuckDB merges its log every 16 MiB.
  while (flushed < 600_000 || copies < 5) {
    flushed = Number((await lines.next()).value);
    if (flushed < copies * 120_000) continue;
    copies++;
    const [count, last] = await withStore(path, async (store) => {
      const { rows } = await store.query<[number, number]>("SELECT count(*), max(step) FROM reading");
      return rows[0]!;
    });
    expect(count).toBeGreaterThanOrEqual(flushed);
    expect(last).toBe(count - 1);
  }
  expect(await output(sqlCommand(), "SELECT status FROM run", "--store", path, "--format", "csv")).toBe(
    "status\r\nrunning\r\n",
  );
  const refusal = await rejection(output(serveCommand(), "--store", path));
  expect(refusal.message).toBe(`${path} is being written to by a gradstream run; its live page is http://127.0.0.1:1/`);

  child.kill("SIGKILL");
  await once(child, "exit");
  expect(endpointOf(path)).toBeUndefined();
  expect(await output(sqlCommand(), "SELECT count(*) > 0 AS a FROM reading", "--store", path, "--format", "csv")).toBe(
    "a\r\ntrue\r\n",
  );
});

async function owned() {
  const path = join(temporaryFolder(), "a.duckdb");
  const store = await openStore(path);
  onTestFinished(() => store.close());
  await store.startRun(aRun());
  const owner = await ownStore(store, "http://127.0.0.1:1/");
  onTestFinished(() => owner.close());
  return { path, store, owner, endpoint: endpointOf(path)! };
}

it("notes where it listens for this user alone, and takes it back", async () => {
  const { path, owner, endpoint } = await owned();
  expect(endpoint).toMatchObject({ pid: process.pid, page: "http://127.0.0.1:1/" });
  expect(statSync(`${path}.endpoint`).mode & 0o777).toBe(0o600);
  const noted = JSON.parse(readFileSync(`${path}.endpoint`, "utf8")) as Record<string, unknown>;
  for (const other of [{ pid: 2 ** 30 }, { startTime: "1" }, { port: "x" }, { token: 7 }]) {
    writeFileSync(`${path}.endpoint`, JSON.stringify({ ...noted, ...other }));
    expect(endpointOf(path)).toBeUndefined();
  }
  await owner.close();
  expect(existsSync(`${path}.endpoint`)).toBe(false);
});

it("leaves what another process has noted since, of a store of its name", async () => {
  const { path, owner, endpoint } = await owned();
  const other = JSON.stringify({ ...endpoint, token: "another" });
  writeFileSync(`${path}.endpoint`, other);
  mkdirSync(copiesOf(path));
  await owner.close();
  expect(readFileSync(`${path}.endpoint`, "utf8")).toBe(other);
  expect(existsSync(copiesOf(path))).toBe(true);
});

it("goes on when a caller resets its connection", async () => {
  const { endpoint } = await owned();
  for (const text of ["", `${endpoint.token}\n`]) {
    const socket = connect(endpoint.port, "127.0.0.1");
    await once(socket, "connect");
    socket.write(text);
    if (text !== "") await once(socket, "data");
    socket.resetAndDestroy();
    await once(socket, "close");
  }
  // Whoever comes next is answered, after both have been heard of.
  expect(await holdAt(endpoint, () => Promise.resolve("held"))).toBe("held");
});

/** What the owner says to a caller who sends this. */
async function said(port: number, ...words: readonly string[]): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  socket.setEncoding("utf8").on("data", (part: string) => (text += part));
  socket.on("error", () => undefined);
  const closed = new Promise((resolve) => socket.once("close", resolve));
  for (const word of words) socket.write(word);
  await closed;
  return text;
}

it("lets nobody hold the store without its token, nor for ever", async () => {
  const { store, endpoint } = await owned();
  expect(await said(endpoint.port, "guess\n")).toBe("");
  expect(await said(endpoint.port, "x".repeat(100_000))).toBe("");
  expect(await said(endpoint.port, `${endpoint.token}\n`, "done\n")).toBe("held\nreleased\n");
  // Says nothing more: writing goes on when its time is over, and it is not told that it has a whole copy.
  const idle = said(endpoint.port, `${endpoint.token}\n`);
  await store.append("run-1", [aReading(0)]);
  expect(await idle).toBe("held\n");
  await store.flush();
  expect((await store.query("SELECT count(*) FROM reading")).rows).toEqual([[1]]);
});

it("removes copies that are left behind when a store is opened next", async () => {
  const { path, store, owner } = await owned();
  await withStore(path, () => Promise.resolve()).catch(() => undefined);
  expect(existsSync(copiesOf(path))).toBe(false);
  await owner.close();
  await store.close();
});
