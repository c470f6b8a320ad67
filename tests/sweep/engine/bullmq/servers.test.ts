import { spawnSync } from "node:child_process";
import { Redis } from "ioredis";
import { afterEach, expect, it } from "vitest";
import { UserError } from "../../../../src/core/errors.ts";
import { checkPostgres } from "../../../../src/sweep/engine/bullmq/check-postgres.ts";
import { queueAddress } from "../../../../src/sweep/engine/bullmq/queue-address.ts";
import { queueEngine } from "../../../../src/sweep/engine/bullmq/queue-engine.ts";
import { queueWorker } from "../../../../src/sweep/engine/bullmq/queue-worker.ts";
import { UnreachableQueue } from "../../../../src/sweep/engine/unreachable-queue.ts";
import { freePort } from "../../../fixtures/free-port.ts";
import { NO_POSTGRES, NO_REDIS, startPostgres, startRedis, type QueueServer } from "../../../fixtures/queue-servers.ts";
import { itUnless } from "../../../fixtures/unless.ts";
import { waitFor } from "../../../fixtures/wait.ts";

const REGISTER = new URL("../../../../src/run/register.js", import.meta.url).href;
const ENGINE = new URL("../../../../src/sweep/engine/bullmq/queue-engine.ts", import.meta.url).href;

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
async function kept<T extends { close(): Promise<void> }>(made: Promise<T>): Promise<T> {
  const one = await made;
  ends.push(() => one.close());
  return one;
}

it("reads addresses, and never shows what they keep secret", () => {
  expect(queueAddress("redis://me:secret@host:6379/2")).toMatchObject({ kind: "redis", shown: "redis://host:6379/2" });
  expect(queueAddress("postgresql://me:secret@host/db")).toMatchObject({ kind: "postgres" });
  expect(queueAddress("rediss://host")).toMatchObject({ kind: "redis" });
  expect(queueAddress("postgres:///db?host=/run/postgresql")).toMatchObject({ kind: "postgres" });
  for (const wrong of ["/a/folder", "https://host", "c:\\sweep", "redis://", "redis"])
    expect(() => queueAddress(wrong)).toThrow(UserError);
});

it.each(["redis", "postgres"])("gives up a %s server that is not there, with one error", async (kind) => {
  const told: string[] = [];
  const url = `${kind}://me:secret@127.0.0.1:${await freePort()}/db`;
  const opened = queueEngine(url, { sweepId: "s", connectMs: 1500, tell: (message) => told.push(message) });
  const error = await opened.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UnreachableQueue);
  expect((error as Error).message).toMatch(
    /^queue: \w+:\/\/127\.0\.0\.1:\d+\/db has been out of reach for 2 s \(.*ECONNREFUSED/,
  );
  expect(told).toEqual([expect.stringMatching(/is out of reach \(.*ECONNREFUSED.*\); trying again$/)]);
  expect(`${told.join()}${(error as Error).message}`).not.toContain("secret");
});

itUnless(NO_REDIS, "refuses a Redis that throws trials away, and warns of one that writes no log", async () => {
  const evicts = await kept(startRedis("--maxmemory-policy", "allkeys-lru"));
  await expect(queueEngine(evicts.url, { sweepId: "s" })).rejects.toThrow(
    /^queue: redis:\S+ throws trials away when its memory is full \(maxmemory-policy allkeys-lru\)/,
  );
  const forgets = await kept(startRedis("--appendonly", "no"));
  const told: string[] = [];
  await kept(queueEngine(forgets.url, { sweepId: "s", tell: (message) => told.push(message) }));
  expect(told).toEqual([expect.stringContaining("set appendonly yes")]);
});

itUnless(NO_REDIS, "says that Redis lets it not in", async () => {
  const locked = await kept(startRedis());
  const client = new Redis(locked.url);
  await client.config("SET", "requirepass", "secret");
  client.disconnect();
  const wrong = locked.url.replace("//", "//:wrong@");
  await expect(queueWorker(wrong, { sweepId: "s", tell: () => undefined })).rejects.toThrow(/^queue: .*WRONGPASS/);
});

itUnless(NO_POSTGRES, "refuses a PostgreSQL whose clock differs by more than 5 s", async () => {
  const server = await kept(startPostgres());
  const address = queueAddress(server.url);
  await checkPostgres(address);
  await checkPostgres(address, () => Date.now() + 4000);
  await checkPostgres(address, () => Date.now() - 4000);
  for (const skew of [60_000, -60_000]) {
    await expect(checkPostgres(address, () => Date.now() + skew)).rejects.toThrow(/differ by 60 s.*set the clocks/);
  }
  await expect(queueEngine(server.url.replace("/postgres", "/nowhere"), { sweepId: "s" })).rejects.toThrow(
    /database "nowhere" does not exist/,
  );
});

for (const [name, missing, start] of [
  ["Redis", NO_REDIS, startRedis],
  ["PostgreSQL", NO_POSTGRES, startPostgres],
] as const) {
  itUnless(missing, `says that ${name} is away and back, and goes on`, async () => {
    const { server, told, worker, engine } = await sweep(start, 90_000);
    await server.kill();
    const waits = engine.enqueue(["a"]);
    await waitFor(() => expect(told.some((message) => message.endsWith("trying again"))).toBe(true));
    await server.restart();
    await waits;
    const claim = (await worker.claim(new AbortController().signal))!;
    await worker.complete(claim);
    expect(claim.trialId).toBe("a");
    await waitFor(() => expect(told.some((message) => / is back after \d+ s$/.test(message))).toBe(true));
  });

  itUnless(missing, `loses patience with a ${name} that stays away`, async () => {
    const { server, worker, engine } = await sweep(start, 2000);
    const claims = expect(worker.claim(new AbortController().signal)).rejects.toBeInstanceOf(UnreachableQueue);
    await server.kill();
    await expect(engine.enqueue(["a"])).rejects.toBeInstanceOf(UnreachableQueue);
    await claims;
  });
}

itUnless(NO_REDIS, "keeps sweeps on one server apart", async () => {
  const server = await kept(startRedis());
  const [one, two] = [
    await kept(queueEngine(server.url, { sweepId: "one" })),
    await kept(queueEngine(server.url, { sweepId: "two" })),
  ];
  await one.enqueue(["a"]);
  expect(await two.open()).toEqual([]);
  const again = await kept(queueEngine(server.url, { sweepId: "one" }));
  expect(await again.open()).toEqual([{ trialId: "a", state: "waiting" }]);
});

it.each([
  ["redis", "bullmq", "ioredis"],
  ["redis", "ioredis", "ioredis"],
  ["postgres", "pg", "pg"],
])("says what %s needs where %s is not installed", (kind, hidden, driver) => {
  const hide = `export const resolve = (name, context, next) => name === "${hidden}"
    ? Promise.reject(Object.assign(new Error("hidden"), { code: "ERR_MODULE_NOT_FOUND" })) : next(name, context);`;
  const hook = `import { register } from "node:module"; register(${JSON.stringify(asModule(hide))});`;
  const open = `import { queueEngine } from ${JSON.stringify(ENGINE)};
    await queueEngine("${kind}://127.0.0.1:1/0", { sweepId: "s" }).catch((error) => console.log(error.name, error.message));`;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", REGISTER, "--import", asModule(hook), "--input-type=module", "--eval", open],
    { encoding: "utf8" },
  );
  expect(stdout, stderr).toBe(
    `UserError queue: ${kind} needs packages that are not installed: npm install bullmq ${driver}\n`,
  );
});

function asModule(code: string): string {
  return `data:text/javascript,${encodeURIComponent(code)}`;
}

async function sweep(start: () => Promise<QueueServer>, patienceMs: number) {
  const server = await kept(start());
  const told: string[] = [];
  const options = { sweepId: "s", patienceMs, tell: (message: string) => void told.push(message) };
  const engine = await kept(queueEngine(server.url, options));
  const worker = await kept(queueWorker(server.url, options));
  return { server, told, worker, engine };
}
