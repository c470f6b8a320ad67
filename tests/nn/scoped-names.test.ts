import { map } from "rxjs";
import { describe, expect, it } from "vitest";
import {
  batchNorm,
  dense,
  fold,
  ics,
  layered,
  layerOf,
  norms,
  roleOf,
  rootKey,
  sgd,
  theory,
  train,
  type Layer,
  type Network,
  type Step,
} from "gradstream";
import { onEachBackend } from "../fixtures/backends.ts";
import { collect, valuesOf } from "../fixtures/streams.ts";
import { expectNoLeak } from "../fixtures/tensors.ts";
import { batchesOf, counting, hidden, last, namesOf, SHAPE } from "../fixtures/own-parts.ts";

onEachBackend(() => {
  it("a layer made of layers may divide its names, a name that divides nothing is refused", async () => {
    const inner = dense({ units: 6 });
    const composite: Layer = {
      name: "composite",
      init: (key, shape) => {
        const { params, state, shape: out } = inner.init(fold(key, "inner"), shape);
        const scoped = Object.entries(params).map(([name, value]) => [`inner/${name}`, value] as const);
        return { params: Object.fromEntries(scoped), state, shape: out };
      },
      apply: (params, state, x, mode) => {
        const own = Object.entries(params).map(([name, value]) => [name.replace("inner/", ""), value] as const);
        return inner.apply(Object.fromEntries(own), state, x, mode);
      },
    };
    const network = layered("composite", [hidden({ linear: composite }), last]);
    expect(namesOf(network)[0]).toEqual(["layer1/inner/kernel", "layer1/inner/bias", "layer2/kernel", "layer2/bias"]);
    const records = await collect(
      batchesOf(2).pipe(
        train(network, sgd({ learningRate: 0.1, weightDecay: 0.1, decay: "kernels" }), { seed: 1 }),
        ics({ layers: [1, 2] }),
      ),
    );
    expect(valuesOf(records, "l2").every(Number.isFinite)).toBe(true);
    for (const name of ["", "/kernel", "kernel/", "a//b"]) {
      const build = layered("bad", [hidden({ linear: counting(name, "odd") }), last]);
      await expectNoLeak(() =>
        expect(() => build.init(rootKey(0), SHAPE)).toThrow(`layer 1: odd names a tensor "${name}"`),
      );
    }
    const clash = layered("clash", [hidden({ linear: counting("then1/kernel"), then: [dense({ units: 5 })] }), last]);
    expect(namesOf(clash)[0]!.slice(0, 3)).toEqual(["layer1/then1/kernel", "layer1/kernel", "layer1/bias"]);
  });

  describe("probes meet scoped names", () => {
    const network = layered("twice", [hidden({ norm: batchNorm(), then: [dense({ units: 4 }), batchNorm()] }), last]);
    const training = train(network, sgd({ learningRate: 0.2, weightDecay: 0.01, decay: "kernels" }), { seed: 3 });

    it("ics and norms take all kernels of a layer for its weights", async () => {
      expect([layerOf("layer1/then1/kernel"), roleOf("layer1/then1/kernel")]).toEqual([1, "kernel"]);
      const [slow] = await collect(
        batchesOf(1).pipe(
          training,
          map((step: Step) => {
            const kernels = ["layer1/kernel", "layer1/then1/kernel"];
            const squares = (values: Step["params"]) =>
              kernels.reduce(
                (sum, name) => sum + values[name]!.dataSync<"float32">().reduce((s, v) => s + v * v, 0),
                0,
              );
            return 0.2 / squares(step.params);
          }),
        ),
      );
      const readings = await collect(batchesOf(1).pipe(training, norms()));
      expect(valuesOf(readings, "effective_learning_rate")[0]).toBeCloseTo(slow!, 6);
      const shift = await collect(batchesOf(1).pipe(training, ics({ layers: [1, 2] })));
      expect(valuesOf(shift, "l2")[0]).toBe(0);
      expect(valuesOf(shift, "l2")[1]).toBeGreaterThan(0);
    });

    it("theory looks at the norm in the norm's place, and refuses one elsewhere", async () => {
      const only = layered("in place", [hidden({ norm: batchNorm() }), last]);
      const pick = (records: Awaited<ReturnType<typeof look>>) => valuesOf(records, "theorem_4_1_network_error");
      const look = (own: Network) =>
        collect(batchesOf(1).pipe(train(own, sgd({ learningRate: 0.1 }), { seed: 3 }), theory({ layers: [1] })));
      expect(pick(await look(network))[0]).toBeLessThan(1e-2);
      expect(pick(await look(only))[0]).toBeLessThan(1e-2);
      const behind = layered("behind", [hidden({ then: [batchNorm()] }), last]);
      await expect(look(behind)).rejects.toThrow("theory: layer 1 has no batchNorm after a kernel");
    });
  });
});
