import { join } from "node:path";
import { expect, it } from "vitest";
import type { Draft } from "../../../src/checkpoints/run-checkpoints.ts";
import type { Reading } from "../../../src/core/types.ts";
import { Outbox } from "../../../src/run/worker/outbox.ts";
import { CREDITS, type FromWorker } from "../../../src/run/worker/protocol.ts";
import { pipeline, rowsOf, start, tinyCifar10 } from "../../fixtures/command-line.ts";
import { aReading, temporaryFolder } from "../../fixtures/runs.ts";

/** Records of one message at most. */
const MOST = 5000;

function opened() {
  const messages: FromWorker[] = [];
  const outbox = new Outbox((message) => messages.push(message));
  const chunks = () => messages.flatMap((message) => (message.type === "records" ? [message.records] : []));
  const values = () =>
    chunks().flatMap((records) =>
      (records as readonly Reading[]).flatMap(({ probe, value }) => (probe === "timing" ? [] : value)),
    );
  return { outbox, messages, chunks, values };
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

it("sends what one step records in parts of bounded size, and holds the next step back until they are taken", async () => {
  const { outbox, chunks, values } = opened();
  const many = 1_000_000;
  expect(outbox.beforeStep()).toBeUndefined();
  for (let value = 0; value < many; value++) outbox.add(aReading(0, { value }));
  // Within the step already, as far as there is room.
  expect(chunks()).toHaveLength(CREDITS);
  const next = { mayBegin: false };
  const waiting = Promise.resolve(outbox.beforeStep()).then(() => (next.mayBegin = true));
  for (let taken = 0; !next.mayBegin; taken++) {
    expect(chunks().length).toBeLessThanOrEqual(CREDITS + taken);
    outbox.credit();
    await Promise.resolve();
    await Promise.resolve();
  }
  await waiting;
  outbox.end({ status: "completed" });
  expect(Math.max(...chunks().map(({ length }) => length))).toBe(MOST);
  expect(values().filter((value, i) => value !== i)).toEqual([]);
  expect(values()).toHaveLength(many);
});

it("sends all that is left before a checkpoint's draft", () => {
  const { outbox, messages, values } = opened();
  for (let value = 0; value < 20 * MOST + 1; value++) outbox.add(aReading(0, { value }));
  outbox.hand({} as Draft);
  expect(values()).toEqual(upTo(20 * MOST + 1));
  expect(messages.at(-1)).toEqual({ type: "checkpoint", draft: {} });
});

it("lets every source go on that waits", async () => {
  const { outbox } = opened();
  for (let value = 0; value < (CREDITS + 1) * MOST; value++) outbox.add(aReading(0, { value }));
  const both = [outbox.beforeStep(), outbox.beforeStep()].map((waiting) => Promise.resolve(waiting));
  let begun = 0;
  for (const one of both) void one.then(() => (begun += 1));
  await Promise.resolve();
  expect(begun).toBe(0);
  for (let i = 0; i < 3; i++) outbox.credit();
  await Promise.all(both);
});

it("sends all that is left when it ends, in parts too, and the end last", () => {
  const { outbox, chunks, messages, values } = opened();
  for (let value = 0; value < 20 * MOST + 1; value++) outbox.add(aReading(0, { value }));
  outbox.end({ status: "interrupted" });
  expect(values()).toEqual(upTo(20 * MOST + 1));
  expect(Math.max(...chunks().map(({ length }) => length))).toBe(MOST);
  expect(messages.at(-1)).toEqual({ type: "end", outcome: { status: "interrupted" } });
});

it("stops on the first signal after a step that records very much, with all of it", async () => {
  const cwd = temporaryFolder();
  const each = 300_000;
  const settings = ["--set", `each=${each}`, "--set", "loud=true", "--steps", "1000"];
  const args = ["run", pipeline("chatty"), "--store", "a.duckdb", "--no-serve", ...settings];
  const started = start(args, { cwd, cifar10: tinyCifar10(cwd) });
  await started.seen("a: within step 1");
  started.child.kill("SIGINT");
  const { code, stderr } = await started.ended;
  expect(stderr).toContain("stopping after the current step");
  expect(code).toBe(130);
  const store = join(cwd, "a.duckdb");
  const [[count, first, last, distinct, steps]] = (await rowsOf(
    store,
    `SELECT count(*)::DOUBLE, min(value), max(value), count(DISTINCT value)::DOUBLE, max(step) FROM reading
     WHERE probe = 'count'`,
  )) as [[number, number, number, number, number]];
  expect([count % each, first, last, distinct]).toEqual([0, 0, count - 1, count]);
  expect(count).toBe(each * (steps + 1));
  expect(steps).toBeLessThan(999);
});
