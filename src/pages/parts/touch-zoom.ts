// Fingers on a chart: dragging one across chooses the steps shown, pinching two zooms, tapping twice shows all again.

import type uPlot from "uplot";
import { valueAtPixel, type View } from "./mapping.ts";
import { type Finger, pinched } from "./pinched.ts";

interface Touched {
  readonly options: { readonly onZoom?: ((from?: number, to?: number) => void) | undefined };
  readonly view: View | undefined;
}

/** Pixels that a finger moves before it chooses, and milliseconds between two taps. */
const LEAST = 24;
const TAPS_MS = 350;

/** Listens to fingers on the plot of a chart. */
export function touchZoom(plot: uPlot, chart: Touched): void {
  const { onZoom } = chart.options;
  if (!onZoom) return;
  const { over } = plot;
  const fingers = new Map<number, Finger>();
  let tappedAt = -Infinity;
  over.style.touchAction = "pan-y";
  const placeOf = (event: PointerEvent): number => event.clientX - over.getBoundingClientRect().left;
  const select = (left: number, width: number): void =>
    plot.setSelect({ left, width, top: 0, height: over.clientHeight }, false);
  const zoom = ([from, to]: readonly [number, number]): void =>
    onZoom(valueAtPixel(chart.view, from), valueAtPixel(chart.view, to));
  over.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "touch") return;
    const at = placeOf(event);
    fingers.set(event.pointerId, { start: at, now: at });
    over.setPointerCapture(event.pointerId);
  });
  over.addEventListener("pointermove", (event) => {
    const finger = fingers.get(event.pointerId);
    if (!finger) return;
    finger.now = placeOf(event);
    const wide = fingers.size === 1 && Math.abs(finger.now - finger.start) >= LEAST;
    select(wide ? Math.min(finger.start, finger.now) : 0, wide ? Math.abs(finger.now - finger.start) : 0);
  });
  over.addEventListener("pointerup", (event) => {
    const finger = fingers.get(event.pointerId);
    if (!finger) return;
    const all = [...fingers.values()];
    fingers.clear();
    select(0, 0);
    if (all.length === 2) return zoom(pinched(all as [Finger, Finger], over.clientWidth));
    const moved = Math.abs(finger.now - finger.start);
    if (moved >= LEAST) return zoom([Math.min(finger.start, finger.now), Math.max(finger.start, finger.now)]);
    if (event.timeStamp - tappedAt < TAPS_MS) onZoom();
    tappedAt = event.timeStamp;
  });
  over.addEventListener("pointercancel", () => {
    fingers.clear();
    select(0, 0);
  });
}
