// What the page knows: runs, and of each the columns that are drawn. A column is indexed by step; a step without a
// reading is undefined (the line spans it), one whose value is not finite is null (the line breaks).

import { decodeNumber } from "./feed-client.js";

const SPAN = 25;

export class Model {
  runs = new Map();
  layers = [];
  /** 0, 1, 2 … up to the last step seen. */
  steps = [];
  /** Changes when a run or a layer is added. */
  structure = 0;

  setRun(state) {
    const known = this.runs.get(state.runId);
    if (known) return void Object.assign(known.state, state);
    this.structure++;
    this.runs.set(state.runId, {
      state: { ...state },
      columns: { loss: [], lossSmooth: [], accuracy: [], accuracySmooth: [], testAccuracy: [] },
      moments: { mean: new Map(), variance: new Map() },
      smoothers: { loss: smoother(), accuracy: smoother() },
      latest: {},
      stepsDone: 0,
      brokenAt: undefined,
    });
  }

  addRecords({ runId, readings }) {
    const run = this.runs.get(runId);
    if (!run) return;
    const { step, probe, stat, layer, unit, distance, value } = readings;
    for (let i = 0; i < step.length; i++) {
      if (unit[i] !== null || distance[i] !== null) continue;
      this.#add(run, step[i], probe[i], stat[i], layer[i], decodeNumber(value[i]));
    }
  }

  #add(run, step, probe, stat, layer, value) {
    while (this.steps.length <= step) this.steps.push(this.steps.length);
    if (stat !== "test_accuracy") run.stepsDone = Math.max(run.stepsDone, Math.min(step + 1, run.state.steps));
    if (probe === "moments" && layer !== null && run.moments[stat]) {
      if (!this.layers.includes(layer)) {
        this.layers = [...this.layers, layer].sort((a, b) => a - b);
        this.structure++;
      }
      if (!run.moments[stat].has(layer)) {
        run.moments[stat].set(layer, []);
        this.structure++;
      }
      put(run.moments[stat].get(layer), step, value);
    } else if (layer !== null) {
      return;
    } else if ((probe === "loss" && stat === "loss") || (probe === "accuracy" && stat === "accuracy")) {
      put(run.columns[stat], step, value);
      put(run.columns[`${stat}Smooth`], step, run.smoothers[stat](value));
      if (!Number.isFinite(value)) run.brokenAt ??= step;
    } else if (probe === "accuracy" && stat === "test_accuracy") {
      put(run.columns.testAccuracy, step, value);
      run.latest.testAccuracy = value;
    } else if (probe === "timing" && stat === "steps_per_second") {
      run.latest.stepsPerSecond = value;
    }
  }
}

/** The last value of a column up to an index, skipping gaps: { step, value } or undefined. */
export function lastOf(column, from = column.length - 1) {
  for (let step = Math.min(from, column.length - 1); step >= 0; step--) {
    if (column[step] != null) return { step, value: column[step] };
  }
  return undefined;
}

/** Mean of the last 5 % of a column's readings, of ten at least; NaN as soon as one is not finite. */
export function finalOf(column) {
  const values = column.filter((value) => value !== undefined);
  if (values.length === 0) return undefined;
  const last = values.slice(-Math.max(10, Math.ceil(0.05 * values.length)));
  return last.includes(null) ? NaN : last.reduce((sum, value) => sum + value, 0) / last.length;
}

function put(column, step, value) {
  while (column.length < step) column.push(undefined);
  column[step] = Number.isFinite(value) ? value : null;
}

/** An exponential running mean over about SPAN readings, unbiased from the first. */
function smoother() {
  const keep = 1 - 2 / (SPAN + 1);
  let sum = 0;
  let weight = 0;
  return (value) => {
    if (!Number.isFinite(value)) return value;
    sum = keep * sum + (1 - keep) * value;
    weight = keep * weight + (1 - keep);
    return sum / weight;
  };
}
