// Layer by step, one small heat map per arm, all on one scale of colours.

import { drawnLines } from "./drawn.js";
import { nextFrame } from "./frames.js";
import { endsOf, layerHeat } from "./layer-heat.js";
import { LiveSeries } from "./live-series.js";
import { Multiples } from "./multiples.js";
import { Panel } from "./panel.js";
import { runsFilter } from "./selection.js";
import { ScaleBar } from "./scale-bar.js";

const POINTS = 200;

/**
 * A part: `probe` and `stat(context)` name what is drawn, `log(context)` whether colours go by powers of ten, `select` a
 * control that shows the stat. One subscription feeds all maps.
 */
export function heatOf({ probe, stat, log, select, missing, ...options }) {
  const panels = new Map();
  let context;
  let live;

  const draw = () => {
    const named = stat(context);
    const { selection, zoom, colours } = context;
    const all = live.set.series.filter((one) => one.stat === named && one.layer !== null);
    const visible = all.filter(
      ({ runId }) => selection.curveOf.has(runId) && !selection.hidden.has(selection.curveOf.get(runId).name),
    );
    const logged = log(context);
    const ends = endsOf(
      visible.map(({ last: y, length }) => ({ y, length })),
      logged,
    );
    scale.show(ends, colours);
    for (const [name, panel] of panels) {
      const mine = visible.filter(({ runId }) => selection.curveOf.get(runId).name === name);
      if (live.error) panel.say("error", live.error.message);
      else if (!live.set.complete && mine.length === 0) panel.say("loading");
      else {
        const content = layerHeat(mine, { log: logged, ends });
        panel.options.names = content.names;
        panel.show(content, {
          ...{ colours, zoom, live: selection.live, why: selection.live ? "Waiting for the first reading…" : missing },
          points: mine.reduce((sum, { length }) => sum + length, 0),
          readings: mine.reduce((sum, { readings }) => sum + readings, 0),
        });
      }
    }
  };
  const scale = new ScaleBar();
  const multiples = new Multiples({
    ...options,
    controls: [...(options.controls ?? []), scale.node],
    make: (curve, now) => {
      const panel = new Panel(
        {
          ...{
            id: options.id,
            title: curve.name,
            what: options.what,
            compact: true,
            yLabel: "layer",
            height: 190,
            tickSpace: 16,
          },
          ...{
            onZoom: now.zoomTo,
            formatTick: (value) => (Number.isInteger(value) ? String(panel.options.names?.[value - 1] ?? "") : ""),
          },
        },
        now,
      );
      panel.source = () => now.source();
      panels.set(curve.name, panel);
      return {
        node: panel.node,
        update() {},
        drawn: () => drawnLines(`${options.id}/${curve.name}`, panel.chart.content),
        destroy() {
          panels.delete(curve.name);
          panel.destroy();
        },
      };
    },
  });
  return {
    node: multiples.node,
    drawn: () => multiples.drawn(),
    update(now) {
      context = now;
      live ??= new LiveSeries(now.feed, () => nextFrame(draw));
      multiples.update(now);
      if (select) select.value = stat(now);
      const { runs } = now.selection;
      const [from, to] = now.zoom ?? [];
      const filter = {
        ...runsFilter(now.selection),
        probes: [probe],
        stats: [stat(now)],
        layers: "any",
        points: POINTS,
      };
      live.ask(runs.length > 0 ? { ...filter, ...(now.zoom && { from, to }) } : undefined);
      nextFrame(draw);
    },
  };
}
