// The sweeps of a store: one is chosen, and drawn as it fills.

import { armsInOrder, placesOf } from "../../view/arms.ts";
import { PLACES } from "../../view/palette.ts";
import { metricsOf, sweepDrawings, type SettingRow } from "../../view/sweep-drawings.ts";
import { settingsSql, SWEEP_METRICS } from "../../view/sweep-settings.ts";
import { sweepStatus, SWEEPS_SQL, type SweepRow } from "../../view/sweep-status.ts";
import { choice, fillOptions } from "./choice.ts";
import type { Context, Part } from "./context.ts";
import { copied } from "./copied.ts";
import { element } from "./element.ts";
import { namedRows } from "./named-rows.ts";
import { Refresher } from "./refresher.ts";
import { SketchPanel } from "./sketch-panel.ts";

const REACHES = [50, 60, 70, 80, 90, 95].map((percent) => [String(percent), `${percent} %`] as const);
const NONE = "No sweep is recorded here. One trains a pipeline at many hyper-parameters:";
const COMMAND = "npx gradstream sweep noisy-batchnorm --scale quick --grid learningRate=0.03,0.1,0.3 --seeds 2";

export class SweepView implements Part {
  readonly node = element("div", { class: "whole" });
  readonly #sweep = choice("Sweep", "sweep", (value) => ({ sweep: value }));
  readonly #metric = choice("Result", "result", (value) => ({ result: value }));
  readonly #reach = choice("Trained at", "reach", (value) => ({ reach: value === "80" ? "" : value }));
  readonly #status = element("p", { class: "tally", role: "status" }, "Loading…");
  readonly #choices = element("div", { class: "choices", role: "group", "aria-label": "What is shown", hidden: true });
  readonly #command = copied(COMMAND);
  readonly #legend = element("ul", { class: "legend", "aria-label": "Arms" });
  readonly #grid = element("div", { class: "grid" });
  readonly #refresher = new Refresher(() => this.#read());
  #panels: readonly SketchPanel[] = [];
  #context: Context;
  #drawn = "";

  constructor(context: Context) {
    this.#context = context;
    fillOptions(this.#reach.select, REACHES);
    fillOptions(this.#metric.select, Object.entries(SWEEP_METRICS));
    this.#choices.append(this.#sweep.node, this.#metric.node, this.#reach.node);
    this.#command.hidden = true;
    this.node.append(this.#choices, this.#status, this.#command, this.#legend, this.#grid);
  }

  update(context: Context): void {
    this.#context = context;
    const { state } = context;
    this.#reach.select.value = state.get("reach") ?? "80";
    this.#refresher.update(context, JSON.stringify(["sweep", "result", "reach"].map((key) => state.get(key))));
  }

  async #read(): Promise<void> {
    const { feed, state } = this.#context;
    try {
      const sweeps = namedRows<SweepRow>(await feed.query(SWEEPS_SQL));
      const chosen = sweeps.find(({ sweep_id: id }) => id === state.get("sweep")) ?? sweeps[0];
      fillOptions(
        this.#sweep.select,
        sweeps.map(({ sweep_id: id, experiment }) => [id, `${experiment} ${id}`] as const),
        chosen?.sweep_id,
      );
      if (!chosen) return this.#show(undefined, []);
      this.#show(chosen, namedRows(await feed.query(settingsSql(chosen.sweep_id))));
    } catch (error) {
      this.#status.textContent = `The sweeps could not be read: ${(error as Error).message}`;
    }
  }

  #show(sweep: SweepRow | undefined, rows: readonly SettingRow[]): void {
    const { state, arms } = this.#context;
    this.#status.textContent = sweep ? sweepStatus(sweep) : NONE;
    this.#choices.hidden = !sweep;
    this.#command.hidden = sweep !== undefined;
    const metrics = metricsOf(rows);
    const metric = metrics.find((one) => one === state.get("result")) ?? metrics[0] ?? "final_loss";
    fillOptions(
      this.#metric.select,
      metrics.map((one) => [one, SWEEP_METRICS[one]] as const),
      metric,
    );
    const key = JSON.stringify([rows, metric, state.get("reach")]);
    if (key === this.#drawn) return;
    this.#drawn = key;
    const given = rows.map((row) => String(row["arm"]));
    const names = armsInOrder(given, arms);
    const places = placesOf(names, arms);
    this.#legend.replaceChildren(...names.map((arm) => armOf(arm, places.get(arm)!)));
    for (const panel of this.#panels) panel.destroy();
    const look = { metric, places, reach: (state.number("reach") ?? 80) / 100 };
    this.#panels = sweepDrawings(rows, look).map((drawing) => new SketchPanel(drawing));
    this.#grid.replaceChildren(...this.#panels.map(({ node }) => node));
  }
}

/** Makes a line of the key: a swatch, and the name of an arm. */
function armOf(arm: string, place: number): HTMLElement {
  const swatch = element("span", { class: `swatch place-${place % PLACES}`, "aria-hidden": "true" });
  return element("li", {}, swatch, element("span", {}, arm));
}
