import { runInThisContext } from "node:vm";
import * as gradstream from "gradstream";
import { expect, it } from "vitest";
import { declaredOf, fillingCommand, fillingOf, gives, misfitOf, type Need } from "../../src/pages/parts/needs.ts";
import { shippedPipelines } from "../../src/run/pipeline/load-pipeline.ts";

const arm = (probes: readonly { readonly name: string }[] | null) => ({ arm: "a", network: "n", layers: [], probes });
const DECLARED = declaredOf([
  {
    id: "1",
    experiment: "e",
    pipeline: "e",
    steps: 1,
    hyper: null,
    arms: [
      arm([{ name: "loss" }, { name: "moments", kurtosis: false } as { name: string }]),
      arm(null),
      arm([
        { name: "moments", kurtosis: true } as { name: string },
        { name: "ics", misfit: "ics: no kernel" } as { name: string },
      ]),
    ],
    trials: [
      { arm: 0, seed: 0, runId: "plain" },
      { arm: 1, seed: 0, runId: "unknown" },
      { arm: 2, seed: 0, runId: "rich" },
      { arm: 2, seed: 1, runId: null },
    ],
  },
]);
const runs = (...ids: string[]) => ids.map((runId) => ({ runId }));
const asks = (need: Need, ...ids: string[]) => gives(DECLARED, runs(...ids), need);

it("tells what runs will give by the probes declared, and says nothing where that is not known", () => {
  const moments = { probes: ["histogram", "moments"] };
  expect(asks(moments, "plain")).toBe(true);
  expect(asks({ probes: ["ics"] }, "plain")).toBe(false);
  expect(asks({ probes: ["ics"] }, "plain", "unknown")).toBeUndefined();
  expect(asks(moments, "plain", "unknown")).toBe(true);
  expect(asks(moments, "nobody")).toBeUndefined();
  expect(asks(moments)).toBeUndefined();
});

it("looks at the option that a panel needs, and at whether the probe fits", () => {
  const kurtosis = { probes: ["moments"], option: "kurtosis" };
  expect([asks(kurtosis, "plain"), asks(kurtosis, "rich"), asks(kurtosis, "plain", "rich")]).toEqual([
    false,
    true,
    true,
  ]);
  expect(asks({ probes: ["ics"] }, "rich")).toBe(false);
  expect(misfitOf(DECLARED, runs("plain", "rich"), { probes: ["ics"] })).toBe("ics: no kernel");
  expect(misfitOf(DECLARED, runs("plain"), { probes: ["ics"] })).toBeUndefined();
});

it.each<Need>([
  { probes: ["loss"] },
  { probes: ["accuracy"] },
  { probes: ["moments"] },
  { probes: ["moments"], option: "kurtosis" },
  { probes: ["histogram"] },
  { probes: ["ics"] },
  { probes: ["gradient_steps"] },
  { probes: ["random_steps"] },
  { probes: ["norms"] },
])("names a line that makes the probe, and a pipeline that ships: $probes $option", (need) => {
  const filling = fillingOf(need)!;
  const made = runInThisContext(
    `(tools) => { const { ${Object.keys(gradstream).join(", ")} } = tools; return ${filling.line}; }`,
  ) as (tools: object) => { readonly name: string };
  expect(made(gradstream).name).toBe(need.probes[0]);
  expect(shippedPipelines()).toContain(filling.pipeline);
  expect(fillingCommand(filling)).toBe(`npx gradstream run ${filling.pipeline} --scale quick`);
});

it("knows no line for a probe of the user's own", () => {
  expect(fillingOf({ probes: ["mine"] })).toBeUndefined();
  expect(fillingOf({ probes: ["constructor"] })).toBeUndefined();
});
