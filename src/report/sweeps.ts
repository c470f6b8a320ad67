import { type ArmPlaces, armsInOrder, placesOf } from "../view/arms.ts";
import type { LegendKey } from "../view/figure.ts";
import type { Shape, Sketch } from "../view/shapes.ts";
import { metricsOf, sweepDrawings, type SettingRow, type SweepDrawing } from "../view/sweep-drawings.ts";
import { onLightGround } from "./colours.ts";
import { legendHtml } from "./legend.ts";
import { escape } from "./text.ts";

/** A sweep as a report shows it. */
export interface ReportedSweep {
  readonly sweepId: string;
  readonly experiment: string;
  readonly state: string;
  /** Rows of its settings. */
  readonly settings: readonly SettingRow[];
  /** Arms that papers have, with their places among the colours. Default: none. */
  readonly arms?: ArmPlaces;
}

/** Accuracy from which on a setting counts as trained, as claim C20 says. */
const REACH = 0.8;
const [NARROW, WIDE] = [520, 1060];

/** Draws the sweeps of a report; nothing of those that have no result yet. */
export function drawnSweeps(sweeps: readonly ReportedSweep[]) {
  return sweeps.flatMap((sweep) => {
    const [metric] = metricsOf(sweep.settings);
    if (metric === undefined) return [];
    const arms = armsInOrder(
      sweep.settings.map((row) => String(row["arm"])),
      sweep.arms,
    );
    const places = placesOf(arms, sweep.arms);
    const keys = arms.map((label): LegendKey => ({ label, kind: "line", ink: { place: places.get(label)! } }));
    return [{ sweep, keys, drawings: sweepDrawings(sweep.settings, { metric, places, reach: REACH }) }];
  });
}

/** Writes the section of the sweeps; nothing where there are none with results. */
export function sweepsHtml(sweeps: readonly ReportedSweep[]): string {
  const parts = drawnSweeps(sweeps).map(({ sweep, keys, drawings }) => {
    const figures = drawings.map((drawing) => `<div class="panel">${figureOf(drawing)}</div>`).join("\n");
    const title = `${sweep.experiment}, sweep ${sweep.sweepId} (${sweep.state})`;
    return `<figure class="figure" id="sweep-${escape(sweep.sweepId)}">\n<h3>${escape(title)}</h3>\n${legendHtml(keys)}<div class="panels">${figures}</div>\n</figure>`;
  });
  return parts.length === 0 ? "" : `<section id="sweeps">\n<h2>Sweeps</h2>\n${parts.join("\n")}\n</section>`;
}

/** Lists the drawings of sweeps as files of their own, for Markdown; each on its own light ground. */
export function sweepFiles(sweeps: readonly ReportedSweep[]) {
  return drawnSweeps(sweeps).flatMap(({ sweep, drawings }, i) =>
    drawings.map(({ title, what, draw, wide }, k) => ({
      name: `sweep-${i + 1}-${k + 1}`,
      heading: `${sweep.experiment}, sweep ${sweep.sweepId}: ${title}`,
      caption: what.replaceAll("**", ""),
      svg: onLightGround(grounded(sketchSvg(draw(wide ? WIDE : NARROW)))),
    })),
  );
}

const grounded = (svg: string): string => svg.replace(/>/, `><rect width="100%" height="100%" fill="var(--panel)"/>`);

function figureOf({ title, what, draw }: SweepDrawing): string {
  const caption = what.replaceAll("**", "");
  return `<h4>${escape(title)}</h4>${sketchSvg(draw(NARROW))}<p class="note">${escape(caption)}</p>`;
}

/** Writes a sketch as an `<svg>`. */
export function sketchSvg({ width, height, label, shapes }: Sketch): string {
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(label)}" font-family="system-ui, sans-serif">`;
  return `${head}${shapes.map(shapeSvg).join("")}</svg>`;
}

function shapeSvg({ tag, attributes, text = "", children = [] }: Shape): string {
  const given = Object.entries(attributes).map(([name, value]) => ` ${name}="${escape(String(value))}"`);
  return `<${tag}${given.join("")}>${escape(text)}${children.map(shapeSvg).join("")}</${tag}>`;
}
