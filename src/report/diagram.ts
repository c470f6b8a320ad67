import type { FigureData, NetworkChain } from "../paper/figure.ts";
import { placesOf } from "../view/arms.ts";
import { inked } from "./colours.ts";
import type { Drawing } from "./lines.ts";
import { opening, type DrawnPanel } from "./plot.ts";
import { escape } from "./text.ts";

const WIDTH = 440;
const HEIGHT = 84;
const BOX = { y: 20, height: 44 };

/** Draws networks as chains of their parts, one a panel. */
export function drawDiagram({ figure: { diagram = [], arms } }: FigureData): Drawing {
  const places = placesOf(
    diagram.map(({ arm }) => arm),
    arms,
  );
  const panels = diagram.map((network) => chain(network, inked({ place: places.get(network.arm)! })));
  return { panels, keys: [], notes: [] };
}

function chain({ title, parts, filled }: NetworkChain, colour: string): DrawnPanel {
  const widths = parts.map((part) => 20 + Array.from(part).length * 7);
  const gap = Math.min(60, (WIDTH - 24 - widths.reduce((sum, width) => sum + width, 0)) / (parts.length - 1));
  const used = widths.reduce((sum, width) => sum + width, 0) + gap * (parts.length - 1);
  let x = (WIDTH - used) / 2;
  const drawn = parts.map((part, i) => {
    const width = widths[i]!;
    const box =
      `<rect x="${x}" y="${BOX.y}" width="${width}" height="${BOX.height}" rx="8" stroke="${colour}" stroke-width="1.5" ` +
      (filled.includes(i) ? `fill="${colour}" fill-opacity="0.18"/>` : `fill="none"/>`);
    const middle = BOX.y + BOX.height / 2;
    const text = `<text x="${x + width / 2}" y="${middle + 5}" font-size="15" fill="var(--text)">${escape(part)}</text>`;
    const end = x + width + gap;
    const arrow =
      i === parts.length - 1
        ? ""
        : `<path d="M${x + width + 3},${middle}H${end - 4}m-6,-4l6,4l-6,4" fill="none" stroke="var(--muted)" stroke-width="1.5"/>`;
    x = end;
    return box + text + arrow;
  });
  const svg = `${opening(WIDTH, HEIGHT, `${title}: ${parts.join(" → ")}`)}${drawn.join("")}</svg>`;
  return { title, svg, width: WIDTH, height: HEIGHT };
}
