import { expect, it } from "vitest";
import { fold, normal, rootKey } from "../../src/core/random.ts";
import { backward, dot, normalizeUnit, squaredLength, times, type Vector } from "../../src/probes/theory-math.ts";
import { examine, type UnitMeasured } from "../../src/probes/theory-unit.ts";

const key = rootKey(5);
const draw = (name: string): Vector => Float64Array.from(normal(fold(key, name), 16));
const [y, g, v, standardGradient] = ["y", "g", "v", "standard"].map(draw) as [Vector, Vector, Vector, Vector];

/** A unit whose loss behind is ½ Σ z² but for a linear part: H = I. */
function unit(changes: Partial<UnitMeasured>): UnitMeasured {
  const [gamma, own] = [changes.gamma ?? 1, changes.g ?? g];
  const d = backward(y, own, gamma);
  const unitLength = (a: Vector) => times(a, 1 / Math.sqrt(squaredLength(a)));
  const vectors = { y, z: y, g: own, d, rescaled: y, kernel: v, kernelGradient: v, kernelRandom: v, xRandom: v };
  const second = { hdd: unitLength(d), hd: unitLength(d), hg: unitLength(own) };
  const standard = { standardGradient, identityGradient: backward(y, standardGradient, normalizeUnit(y).sd) };
  return { ...vectors, ...standard, gamma, beta: 0, lambda: 1, second, ...changes };
}

it("Theorem 4.2 takes something off where γ⟨g,ŷ⟩ > 0, and is not asked where it is not", () => {
  const aligned = dot(g, normalizeUnit(y).hat) > 0 ? g : times(g, -1);
  const opposed = times(aligned, -1);
  const marginOf = (changes: Partial<UnitMeasured>) => examine(unit(changes)).theorem_4_2_margin;
  expect(marginOf({ g: aligned })).toBeGreaterThan(0);
  expect(marginOf({ g: opposed, gamma: -1 })).toBeGreaterThan(0);
  expect(marginOf({ g: opposed })).toBeUndefined();
  expect(marginOf({ g: aligned, gamma: -1 })).toBeUndefined();
});

it("Observation 4.3 is judged in float64, beside what the network's own float32 gave", () => {
  const examined = examine(unit({}));
  const { hat } = normalizeUnit(y);
  const length = squaredLength(standardGradient);
  const taken = (dot(standardGradient, hat) ** 2 + standardGradient.reduce((a, b) => a + b) ** 2) / y.length;
  expect(examined.observation_4_3_margin).toBeCloseTo(taken / length, 12);
  expect(examined.observation_4_3_network_error).toBeLessThan(1e-14);
  expect(examine(unit({ identityGradient: standardGradient })).observation_4_3_network_error).toBeGreaterThan(0.01);
  const vanished = examine(unit({ standardGradient: new Float64Array(16) }));
  expect(vanished).not.toHaveProperty("observation_4_3_margin");
  expect(vanished).not.toHaveProperty("observation_4_3_network_error");
});
