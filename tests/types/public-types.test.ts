import { take, type Observable, type OperatorFunction } from "rxjs";
import { expectTypeOf, it } from "vitest";
import * as gradstream from "gradstream";
import * as client from "gradstream/client";
import type { Feed, FeedEvent, QueryRows, RunHistogram, RunReading, RunState, SeriesSet } from "gradstream/client";
import {
  experiment,
  mlp,
  probes,
  sgd,
  slider,
  train,
  type Activation,
  type Batch,
  type Recorded,
  type Step,
} from "gradstream";

// Checked by the compiler (`npm run check:types`); running it shows that the public door opens.
it("infers what a pipeline is handed from what it declares", () => {
  const definition = experiment({
    hyper: { steps: 3, width: 4, act: "relu", wide: false },
    scales: { quick: { width: 2 } },
    arms: ({ width, act, wide }) => {
      expectTypeOf(width).toEqualTypeOf<number>();
      expectTypeOf(act).toEqualTypeOf<string>();
      expectTypeOf(wide).toEqualTypeOf<boolean>();
      return { plain: { network: mlp({ hidden: [width] }) } };
    },
    run: ({ arm, batches, steps, seed }) => {
      expectTypeOf(arm.activations).toEqualTypeOf<OperatorFunction<Activation, Activation> | undefined>();
      expectTypeOf(batches({ size: 1 })).toEqualTypeOf<Observable<Batch>>();
      const training = batches({ size: 1 }).pipe(take(steps), train(arm.network, sgd({ learningRate: 1 }), { seed }));
      expectTypeOf(training).toEqualTypeOf<Observable<Step>>();
      return training.pipe(probes());
    },
  });
  expectTypeOf(definition.run).returns.toEqualTypeOf<Observable<Recorded>>();

  const rest = { arms: () => ({}), run: () => probes()([] as never) };
  // @ts-expect-error a scale may change only what `hyper` has
  experiment({ hyper: { steps: 1 }, scales: { quick: { widht: 2 } }, ...rest });
  experiment({
    hyper: { steps: 1, rate: 1, on: true },
    sweep: { grid: { rate: [1, 2], on: [true], arm: ["a"] } },
    ...rest,
  });
  experiment({ hyper: { steps: 1, rate: 1 }, sweep: { grid: { rate: { low: 0.1, high: 1 } }, random: 3 }, ...rest });
  // @ts-expect-error a sweep may try only what `hyper` has
  experiment({ hyper: { steps: 1, rate: 1 }, sweep: { grid: { raet: [1] } }, ...rest });
  // @ts-expect-error of what is no number there is no range
  experiment({ hyper: { steps: 1, on: true }, sweep: { grid: { on: { low: 0, high: 1 } } }, ...rest });
  // @ts-expect-error a live step is not a record
  probes((steps: Observable<Step>) => steps);
  // @ts-expect-error the fields of a step cannot be replaced
  expectTypeOf((step: Step) => (step.params = {})).toBeFunction();
});

it("types controls as they are declared", () => {
  experiment({
    hyper: { steps: 3 },
    controls: { noise: slider(0, 2), rate: slider(1e-4, 1, { log: true }) },
    arms: () => ({ plain: { network: mlp() } }),
    run: ({ arm, batches, controls, seed }) => {
      expectTypeOf(controls).toEqualTypeOf<{
        readonly noise: Observable<number>;
        readonly rate: Observable<number>;
      }>();
      // @ts-expect-error a control has to be declared
      expectTypeOf(controls.nosie).toBeNever();
      const optimizer = sgd({ learningRate: controls.rate });
      return batches({ size: 1 }).pipe(train(arm.network, optimizer, { seed }), probes());
    },
  });
  // @ts-expect-error a slider has two ends
  expectTypeOf(() => slider(1)).toBeFunction();
  experiment({
    hyper: { steps: 1 },
    arms: () => ({}),
    run: ({ controls }) => {
      // @ts-expect-error without controls there is none
      expectTypeOf(controls.noise).toBeNever();
      return probes()([] as never);
    },
  });
});

it("opens one public door", () => {
  for (const name of ["train", "probes", "injectNoise", "vgg", "sgd", "openStore", "duckDbSink"] as const) {
    expectTypeOf(gradstream[name]).toBeFunction();
  }
});

it("types the rows of a query as they are asked for, and keeps the readings of records", () => {
  const asked = async (store: gradstream.Store, feed: Feed, records: Observable<Recorded>) => {
    const { rows } = await store.query<[arm: string, loss: number]>("SELECT arm, final_loss FROM run_summary");
    expectTypeOf(rows).toEqualTypeOf<readonly [arm: string, loss: number][]>();
    expectTypeOf((await store.query("FROM run")).rows).toEqualTypeOf<readonly (readonly unknown[])[]>();
    expectTypeOf((await feed.query<[number]>("SELECT 1")).rows).toEqualTypeOf<readonly [number][]>();
    expectTypeOf(records.pipe(gradstream.readings("loss"))).toEqualTypeOf<Observable<gradstream.Reading>>();
    // @ts-expect-error rows are lists of values, not objects
    await store.query<{ arm: string }>("FROM run");
  };
  expectTypeOf(asked).toBeFunction();
  expectTypeOf<gradstream.RememberingProbeOptions["open"]>().returns.toHaveProperty("measure");
  expectTypeOf<gradstream.PassOptions["range"]>().toEqualTypeOf<readonly [from: number, to: number] | undefined>();
  expectTypeOf<gradstream.Pass["mode"]>().toEqualTypeOf<gradstream.Mode>();
});

it("types the feed's client", () => {
  expectTypeOf(client.connect).returns.toEqualTypeOf<Feed>();
  expectTypeOf<Feed["runs"]>().toEqualTypeOf<Observable<readonly RunState[]>>();
  expectTypeOf<Feed["readings"]>().returns.toEqualTypeOf<Observable<RunReading>>();
  expectTypeOf<RunReading>().toExtend<gradstream.Reading>();
  expectTypeOf<Feed["histograms"]>().returns.toEqualTypeOf<Observable<RunHistogram>>();
  expectTypeOf<Feed["events"]>().returns.toEqualTypeOf<Observable<FeedEvent>>();
  expectTypeOf<Feed["series"]>().returns.toEqualTypeOf<Observable<SeriesSet>>();
  expectTypeOf<Feed["query"]>().returns.toEqualTypeOf<Promise<QueryRows>>();
  const compiled = (feed: Feed) => {
    feed.readings({ arms: ["batch*"], layers: [1, 2], units: "none" });
    feed.histograms({ every: 10 });
    feed.series({ probes: ["loss"], points: 100, from: 0 });
    // @ts-expect-error layers are numbers
    feed.readings({ layers: ["1"] });
    // @ts-expect-error `every` is for histograms
    feed.readings({ every: 2 });
    // @ts-expect-error patterns are lists
    feed.series({ arms: "batchNorm" });
  };
  expectTypeOf(compiled).toBeFunction();
  expectTypeOf(client.QueryError).instance.toExtend<client.FeedError>();
});
