import { urlState } from "./url-state.ts";

/** Shows other steps, without any all: a change of the URL, which all parts draw from. */
export function zoomTo(from?: number, to?: number): void {
  const whole = (value: number): number => Math.max(0, Math.round(value));
  if (from === undefined || to === undefined) return urlState.set({ from: undefined, to: undefined });
  if (whole(to) > whole(from)) urlState.set({ from: whole(from), to: whole(to) });
}
