// Small images, of bytes that events carry in base64.

import { element } from "./element.ts";

/** Images of one shape: `[count, height, width, channels]`, bytes one after another. */
export interface ImageBytes {
  readonly shape: readonly [count: number, height: number, width: number, channels: number];
  readonly bytes: Uint8Array;
}

/** Reads images; undefined where they are none. */
export function imagesIn(shape: unknown, base64: unknown): ImageBytes | undefined {
  if (!Array.isArray(shape) || shape.length !== 4 || typeof base64 !== "string") return undefined;
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const sides = shape as unknown as ImageBytes["shape"];
  return bytes.length === sides.reduce((product, side) => product * side, 1) ? { shape: sides, bytes } : undefined;
}

/** Draws the n-th image, three channels in colour and of others the first in grey; `label` says what it shows. */
export function picture({ shape, bytes }: ImageBytes, n: number, label: string): HTMLCanvasElement {
  const [, height, width, channels] = shape;
  const canvas = element("canvas", { width, height, role: "img", "aria-label": label });
  const context = canvas.getContext("2d")!;
  const image = context.createImageData(width, height);
  const from = n * height * width * channels;
  for (let i = 0; i < width * height; i++) {
    const at = from + i * channels;
    const [red, green, blue] = channels === 3 ? [at, at + 1, at + 2] : [at, at, at];
    image.data.set([bytes[red]!, bytes[green]!, bytes[blue]!, 255], 4 * i);
  }
  context.putImageData(image, 0, 0);
  return canvas;
}
