/** What was recorded of what steered a run, by which it is trained again: plain values. */
export interface Replay {
  /** Values of Observables, each from its step on, in the order of the steps. */
  readonly values: readonly { readonly step: number; readonly name: string; readonly value: number }[];
  /** Values of controls, each from its step on, in the order in which they were moved. Default: there are none. */
  readonly controls?: readonly { readonly step: number; readonly name: string; readonly value: number }[];
  /** Step at whose end the readings ended the run. Default: they did not. */
  readonly end?: number | undefined;
}

/** Returns the value that `name` had at a step; undefined where none is recorded. */
export const replayedValue = ({ values }: Replay, name: string, step: number): number | undefined =>
  values.findLast((one) => one.name === name && one.step <= step)?.value;
