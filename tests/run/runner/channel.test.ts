import { setTimeout } from "node:timers/promises";
import { expect, it } from "vitest";
import { Handover } from "../../../src/run/runner/channel.ts";

it("gives values in order, each push resolving when the consumer comes back", async () => {
  const channel = new Handover<number>();
  const log: string[] = [];
  for (const value of [1, 2]) void channel.push(value).then(() => log.push(`taken ${value}`));
  channel.close();
  for await (const value of channel) log.push(`got ${value}`);
  await setTimeout();
  expect(log).toEqual(["got 1", "taken 1", "got 2", "taken 2"]);
  await channel.push(3);
});

it("lets go of what waits when its consumer leaves", async () => {
  const channel = new Handover<number>();
  const waiting = channel.push(1);
  channel.discard();
  await waiting;
  await channel.push(2);
});
