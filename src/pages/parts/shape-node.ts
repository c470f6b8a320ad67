import type { Shape, Sketch } from "../../view/shapes.ts";

const SVG = "http://www.w3.org/2000/svg";

/** Makes nodes of a sketch. */
export function sketchNode({ width, height, label, shapes }: Sketch): SVGSVGElement {
  const node = document.createElementNS(SVG, "svg");
  const attributes = { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label };
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.append(...shapes.map(shapeNode));
  return node;
}

function shapeNode({ tag, attributes, text, children = [] }: Shape): SVGElement {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  if (text !== undefined) node.textContent = text;
  node.append(...children.map(shapeNode));
  return node;
}
