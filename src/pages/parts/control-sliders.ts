// Sliders over the numbers that an experiment lets move while its runs train, run by run.

import type { Declaration, FeedEvent, RunState, Sliders } from "../../feed/client/index.ts";
import type { Context, Part } from "./context.ts";
import { type ControlSlider, controlSlider } from "./control-slider.ts";
import { element } from "./element.ts";
import { swatch } from "./legend.ts";

/** Runs that have sliders, at most. */
const MOST = 8;
const WHAT =
  "Numbers that you move while a run trains. Each takes effect at the run’s next step and is recorded, so that gradstream run --replay trains it again.";

interface Moved {
  readonly run: RunState;
  readonly controls: Sliders;
}

export class ControlSliders implements Part {
  readonly node: HTMLElement;
  readonly #list = element("div", { class: "control-runs" });
  readonly #sliders = new Map<string, ReadonlyMap<string, ControlSlider>>();
  #context: Context;
  #key = "";
  #events: { unsubscribe(): void } | undefined;

  constructor(context: Context) {
    this.#context = context;
    this.node = element(
      "section",
      { class: "panel wide", "aria-label": "Controls", "data-panel": "controls", hidden: true },
      element("div", { class: "panel-head" }, element("h2", {}, "Controls")),
      element("p", { class: "what" }, WHAT),
      this.#list,
    );
  }

  update(context: Context): void {
    this.#context = context;
    const { selection, declarations, connection } = context;
    const shown = movedIn(selection.visible, declarations);
    const drawn = shown.map(({ run, controls }) => {
      const { place, dash } = selection.curveOf.get(run.runId)!;
      return [run.runId, controls, place, dash];
    });
    const key = JSON.stringify(drawn);
    if (key !== this.#key) this.#build(key, shown);
    const mayControl = connection.state === "live" && connection.controls;
    for (const { run } of shown) {
      for (const slider of this.#sliders.get(run.runId)!.values())
        slider.enable(mayControl && run.status === "running");
    }
  }

  #build(key: string, shown: readonly Moved[]): void {
    this.#key = key;
    this.node.hidden = shown.length === 0;
    this.#events?.unsubscribe();
    this.#sliders.clear();
    this.#list.replaceChildren(...shown.map((one) => this.#run(one)));
    if (shown.length === 0) return;
    const runs = shown.map(({ run }) => run.runId);
    this.#events = this.#context.feed.events({ runs }).subscribe((event) => this.#hear(event));
  }

  #run({ run: { runId: run, arm, seed }, controls }: Moved): HTMLElement {
    const { feed, selection } = this.#context;
    const whose = `${arm}, seed ${seed}`;
    const sliders = Object.entries(controls).map(([control, slider]): [string, ControlSlider] => {
      const move = (value: number): Promise<void> => feed.control({ action: "move", run, control, value });
      return [control, controlSlider(control, slider, whose, move)];
    });
    this.#sliders.set(run, new Map(sliders));
    const curve = selection.curveOf.get(run)!;
    return element(
      "fieldset",
      { class: "control-run", "data-run": run },
      element("legend", { class: "named" }, swatch(curve), whose),
      ...sliders.map(([, { node }]) => node),
    );
  }

  #hear({ runId, name, data }: FeedEvent): void {
    if (name !== "control") return;
    const { control, value } = data ?? {};
    if (typeof value === "number") this.#sliders.get(runId)?.get(String(control))?.heard(value);
  }
}

/** Lists runs whose experiments let something move, in their order; of too many those under way come before others. */
function movedIn(runs: readonly RunState[], declarations: readonly Declaration[]): Moved[] {
  const controlsOf = new Map(
    declarations.flatMap(({ trials, controls }) =>
      controls ? trials.flatMap(({ runId }) => (runId === null ? [] : [[runId, controls] as const])) : [],
    ),
  );
  const moved = runs.flatMap((run) => {
    const controls = controlsOf.get(run.runId);
    return controls ? [{ run, controls }] : [];
  });
  const rank = ({ run }: Moved): number => (run.status === "running" ? 0 : 1);
  const chosen = new Set(moved.toSorted((a, b) => rank(a) - rank(b)).slice(0, MOST));
  return moved.filter((one) => chosen.has(one));
}
