// A few test images with what each run takes them for, its confusions, and the filters of its first layer.

import type { RunState } from "../../feed/client/index.ts";
import { counted, formatNumber, formatPercent, formatWhole } from "../../view/numbers.ts";
import { confusion } from "./confusion.ts";
import type { Context, Part } from "./context.ts";
import { element } from "./element.ts";
import { emphasized } from "./emphasized.ts";
import { nextFrame } from "./frames.ts";
import { swatch } from "./legend.ts";
import { imagesIn, picture } from "./pixels.ts";
import { foundUpTo, heardOfSamples, type RunSamples, type SamplesFound, spreadOverArms } from "./sample-records.ts";
import { runsFilter } from "./selection.ts";
import { StepChoice } from "./step-choice.ts";

/** Runs that are shown, at most. */
const MOST = 4;
const WHAT =
  "Test images with what a run takes them for and how sure it is, its confusion matrix over all test images, and the weights of its first layer, grey where they are 0. **A strong diagonal is good.**";

export class SamplePanels implements Part {
  readonly node: HTMLElement;
  readonly #step = new StepChoice();
  readonly #list = element("div", { class: "sample-runs" });
  readonly #more = element("p", { class: "caption" });
  readonly #known = new Map<string, RunSamples>();
  #context: Context;
  #key = "";
  #drawn = "";
  #subscription: { unsubscribe(): void } | undefined;

  constructor(context: Context) {
    this.#context = context;
    this.node = element(
      "section",
      { class: "panel wide", "aria-label": "Samples", "data-panel": "samples", hidden: true },
      element("div", { class: "panel-head" }, element("h2", {}, "Samples")),
      element("p", { class: "what" }, ...emphasized(WHAT)),
      this.#step.node,
      this.#list,
      this.#more,
    );
  }

  update(context: Context): void {
    this.#context = context;
    const { selection, feed } = context;
    const key = JSON.stringify(selection.runs.map(({ runId }) => runId));
    nextFrame(this.#draw);
    if (key === this.#key) return;
    this.#key = key;
    this.#subscription?.unsubscribe();
    this.#known.clear();
    if (selection.runs.length === 0) return;
    this.#subscription = feed.events(runsFilter(selection)).subscribe((event) => {
      if (heardOfSamples(this.#known, event)) nextFrame(this.#draw);
    });
  }

  readonly #draw = (): void => {
    const { visible } = this.#context.selection;
    const all = visible.flatMap((run) => {
      const samples = this.#known.get(run.runId);
      return samples?.shown && samples.found.size > 0 ? [{ run, samples }] : [];
    });
    this.node.hidden = all.length === 0;
    const step = this.#step.choose(all.flatMap(({ samples }) => [...samples.found.keys()]));
    if (step === undefined) return;
    const shown = spreadOverArms(all, MOST, ({ run }) => run.arm).flatMap(({ run, samples }) => {
      const found = foundUpTo(samples, step);
      return found ? [{ run, samples, at: found[0], found: found[1] }] : [];
    });
    const key = JSON.stringify(shown.map(({ run, at }) => [run.runId, at]));
    if (key === this.#drawn) return;
    this.#drawn = key;
    this.#list.replaceChildren(...shown.map((one) => this.#run(one.run, one.samples, one.at, one.found)));
    this.#more.hidden = all.length <= MOST;
    this.#more.textContent =
      all.length > MOST ? `${counted(all.length - MOST, "run")} more: hide arms to see others.` : "";
  };

  #run({ runId, arm, seed }: RunState, { shown }: RunSamples, step: number, found: SamplesFound): HTMLElement {
    const nameOf = (label: number): string => shown?.classes?.[label] ?? String(label);
    const images = imagesIn(shown?.shape, shown?.pixels);
    const named = found.images.map(({ label, prediction, probability }, i) => {
      const isRight = label === prediction;
      const sure = formatPercent(probability);
      const said = isRight ? `✓ ${nameOf(label)}, ` : `✗ ${nameOf(label)} → ${nameOf(prediction)}, `;
      const told = `${nameOf(label)}, taken for ${nameOf(prediction)}, ${sure}`;
      return element(
        "figure",
        { class: isRight ? "sample right" : "sample" },
        ...(images ? [picture(images, i, told)] : []),
        element("figcaption", {}, said, element("span", { class: "unbroken" }, sure)),
      );
    });
    const curve = this.#context.selection.curveOf.get(runId)!;
    const label = `Confusions of ${arm}, seed ${seed}`;
    const scrolled = { class: "scroll", tabindex: 0, role: "region", "aria-label": label };
    return element(
      "article",
      { class: "sample-run", "data-run": runId },
      element("h3", { class: "named" }, swatch(curve), `${arm}, seed ${seed}, step ${formatWhole(step)}`),
      element("div", { class: "samples" }, ...named),
      element("div", scrolled, confusion(found, nameOf)),
      ...filtersOf(found),
    );
  }
}

function filtersOf({ filters }: SamplesFound): HTMLElement[] {
  const images = imagesIn(filters?.shape, filters?.bytes);
  if (!images || !filters) return [];
  const [count] = images.shape;
  const pictures = Array.from({ length: count }, (_, i) => picture(images, i, `filter ${i + 1} of layer 1`));
  const limit = formatNumber(filters.limit, 3);
  return [
    element("p", { class: "caption" }, `${counted(count, "filter")} of layer 1, from −${limit} to ${limit}`),
    element("div", { class: "filters" }, ...pictures),
  ];
}
