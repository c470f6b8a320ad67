import { afterAll, beforeAll } from "vitest";
import { engineContract } from "../../../contracts/engine.ts";
import { queueUnderTest } from "../../../fixtures/queue-under-test.ts";
import { NO_POSTGRES, NO_REDIS, startPostgres, startRedis, type QueueServer } from "../../../fixtures/queue-servers.ts";
import { describeUnless } from "../../../fixtures/unless.ts";

for (const [name, missing, start] of [
  ["BullMQ on Redis", NO_REDIS, startRedis],
  ["BullMQ on PostgreSQL", NO_POSTGRES, startPostgres],
] as const) {
  describeUnless(missing, name, () => {
    let server: QueueServer;
    beforeAll(async () => {
      server = await start();
    });
    afterAll(() => server.close());

    engineContract("is an engine", () => queueUnderTest(server));
  });
}
