import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, onTestFinished } from "vitest";
import { rowsOf } from "../../fixtures/command-line.ts";
import { NO_REDIS, startRedis } from "../../fixtures/queue-servers.ts";
import { temporaryFolder } from "../../fixtures/runs.ts";
import { checkpointed, slowSweep, workerOf } from "../../fixtures/sweep-command.ts";
import { itUnless } from "../../fixtures/unless.ts";

const NAME = `gs${process.pid % 100_000}`;
const [HERE, THERE] = ["10.231.77.1", "10.231.77.2"];
/** Seconds for which the cable is cut; the requirement's minute where it is asked for. */
const CUT_S = Number(process.env["GRADSTREAM_CUT_SECONDS"] ?? 8);

const ip = (...args: readonly string[]): string => execFileSync("ip", args, { encoding: "utf8", stdio: "pipe" });

/** Why there are no networks of their own, or undefined. */
function noNamespaces(): string | undefined {
  try {
    ip("netns", "add", `${NAME}x`);
    ip("link", "add", `${NAME}y`, "type", "veth", "peer", "name", `${NAME}z`);
    ip("link", "del", `${NAME}y`);
    return undefined;
  } catch (error) {
    return `namespaces of networks are not permitted here: ${(error as Error).message.split("\n")[0]}`;
  } finally {
    try {
      ip("netns", "del", `${NAME}x`);
    } catch {
      // There was none.
    }
  }
}

itUnless(NO_REDIS ?? noNamespaces(), `goes on after its worker's network was cut for ${CUT_S} s`, async () => {
  ip("netns", "add", NAME);
  onTestFinished(() => void ip("netns", "del", NAME));
  ip("link", "add", `${NAME}a`, "type", "veth", "peer", "name", `${NAME}b`, "netns", NAME);
  ip("addr", "add", `${HERE}/30`, "dev", `${NAME}a`);
  ip("link", "set", `${NAME}a`, "up");
  ip("-n", NAME, "addr", "add", `${THERE}/30`, "dev", `${NAME}b`);
  for (const device of ["lo", `${NAME}b`]) ip("-n", NAME, "link", "set", device, "up");

  const cwd = temporaryFolder();
  const server = await startRedis("--bind", "127.0.0.1", HERE, "--protected-mode", "no");
  onTestFinished(() => server.close());
  const one = slowSweep("6,8,10", ["--queue", server.url], { cwd });
  const through = ["ip", "netns", "exec", NAME];
  const worker = await workerOf(one, { cwd, through }, `redis://${HERE}:${server.port}/0`);
  await checkpointed(cwd, 1);
  ip("link", "set", `${NAME}a`, "down");
  await delay(CUT_S * 1000);
  ip("link", "set", `${NAME}a`, "up");
  const { code, stderr } = await one.ended;
  expect(code, stderr).toBe(0);
  const ended = await worker.ended;
  expect(ended.code, ended.stderr).toBe(0);
  const store = join(cwd, "s.duckdb");
  expect(await rowsOf(store, "SELECT state, count(*)::INTEGER FROM trial GROUP BY ALL")).toEqual([["completed", 3]]);
  expect(await rowsOf(store, "SELECT status, count(*)::INTEGER FROM run GROUP BY ALL")).toEqual([["completed", 3]]);
  const committed = "SELECT count(*)::INTEGER FROM attempt WHERE state = 'committed'";
  expect(await rowsOf(store, committed)).toEqual([[3]]);
});
