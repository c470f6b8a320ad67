import { interval, lastValueFrom, map, take, tap, toArray, zip } from "rxjs";
import { expect, it } from "vitest";
import type { ProbeCosts } from "../../src/core/probe-costs.ts";
import { joinSession, ProbeSession, type ProbeBegun } from "../../src/core/session.ts";
import { loss, mlp, probe, probes, sgd, train, type Step } from "../../src/index.ts";
import { startBackend } from "../../src/backend/start.ts";
import { collect } from "../fixtures/streams.ts";
import { toyBatches } from "../fixtures/toy-batches.ts";

const training = () => train(mlp({ hidden: [4], classes: 3 }), sgd({ learningRate: 0.1 }), { seed: 0 });
const counting = (name: string, seen: Set<ProbeCosts>) =>
  probe({
    name,
    measure: ({ costs }: Step) => {
      seen.add(costs);
      return [];
    },
  });
const callsOf = (costs: ProbeCosts): Record<string, number> =>
  Object.fromEntries(
    costs.readings(0).flatMap(({ probe: name, stat, value }) => (stat === "calls" ? [[name, value]] : [])),
  );

it("two trainings in one thread do not mix: each has costs of its own", async () => {
  await startBackend("cpu");
  const [first, second] = [new Set<ProbeCosts>(), new Set<ProbeCosts>()];
  // In turn: a step of the one, a step of the other.
  const ticking = (steps: number) => zip(interval(0), toyBatches(steps)).pipe(map(([, batch]) => batch));
  await Promise.all([
    collect(ticking(5).pipe(training(), probes(counting("mine", first), loss()))),
    collect(ticking(3).pipe(training(), probes(counting("mine", second)))),
  ]);
  const [a, b] = [[...first], [...second]];
  expect([a.length, b.length]).toEqual([1, 1]);
  expect(callsOf(a[0]!)).toEqual({ "cost/mine": 5, "cost/loss": 5 });
  expect(callsOf(b[0]!)).toEqual({ "cost/mine": 3 });
});

it("a session that the thread has joined sees every training until it is left", async () => {
  await startBackend("cpu");
  const [steps, begun, names]: [number[], string[], string[]] = [[], [], []];
  const session = new ProbeSession({
    step: ({ step }) => steps.push(step),
    training: ({ network }) => begun.push(network.name),
    probe: ({ name }: ProbeBegun) => names.push(name),
  });
  const leave = joinSession(session);
  const run = () => lastValueFrom(toyBatches(2).pipe(training(), probes(loss()), take(9), tap(), toArray()));
  await run();
  await run();
  leave();
  await run();
  expect(steps).toEqual([0, 1, 0, 1]);
  expect(begun).toHaveLength(2);
  expect(names).toEqual(["loss", "loss"]);
  expect(callsOf(session.costs)).toEqual({ "cost/loss": 4 });
});
