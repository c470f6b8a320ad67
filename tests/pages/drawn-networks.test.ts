import { expect, it } from "vitest";
import type { TrainedLayer } from "../../src/feed/client/index.ts";
import { drawnNetworks, layerLine, shapeText } from "../../src/pages/parts/drawn-networks.ts";
import { layerNames, layerText } from "../../src/pages/parts/layer-names.ts";
import { aState } from "../fixtures/page.ts";

const LAYERS: readonly TrainedLayer[] = [
  { layer: 1, name: "conv3x3(4)", sites: ["linear", "norm", "output"], parts: ["conv3x3(4)", "relu", "maxPool"], shape: [8, 8, 4], parameters: 1112 }, // prettier-ignore
  { layer: 2, name: "dense(10)", sites: ["linear", "output"], parts: ["dense(10)"] },
];
const arm = (name: string, network: string, layers = LAYERS) => ({ arm: name, network, layers, probes: null });
const DECLARED = new Map([
  ["a0", arm("a", "vgg")],
  ["a1", arm("a", "vgg")],
  ["b0", arm("b", "vgg")],
  ["c0", arm("c", "foreign", [{ layer: 3, name: "block", sites: ["output"], parts: ["x", "x + f(x)"] }])],
  ["d0", arm("d", "unknown", [])],
]);
const runs = ["a0", "a1", "b0", "c0", "d0", "nobody"].map((runId) => aState({ runId }));

it("draws a network once for all arms and seeds that train it, foreign ones as they name themselves", () => {
  expect(drawnNetworks(DECLARED, runs).map(({ name, arms, layers }) => [name, arms, layers.length])).toEqual([
    ["vgg", ["a", "b"], 2],
    ["foreign", ["c"], 1],
  ]);
  expect(drawnNetworks(DECLARED, [])).toEqual([]);
});

it("says of a layer which it is, as far as that is known", () => {
  expect(layerLine(LAYERS[0]!)).toBe(
    "Layer 1: conv3x3(4), relu, maxPool; output 8 × 8 × 4; 1,112 parameters; sites linear, norm, output",
  );
  expect(layerLine(LAYERS[1]!)).toBe("Layer 2: dense(10); sites linear, output");
  expect([shapeText([10]), shapeText([])]).toEqual(["10", "a number"]);
  const names = layerNames(DECLARED, runs);
  expect([1, 2, 3, 4].map((layer) => layerText(layer, names))).toEqual([
    "1 · conv3x3(4)",
    "2 · dense(10)",
    "3 · block",
    "4",
  ]);
});
