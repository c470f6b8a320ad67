// What an x axis may count besides steps. Each: `label`, `format`, and of a run a rising function from steps, or undefined
// where its settings do not say.

import { formatNumber, formatWhole } from "/view/numbers.js";

/** Examples per step: minibatches, or the whole set where the pipeline says so. */
const sizeOf = ({ hyper }) => hyper.size ?? hyper.batchSize ?? hyper.examples;
const imagesOf = ({ hyper }) => hyper.images ?? hyper.examples;
const times = (factor) => (Number.isFinite(factor) ? (step) => step * factor : undefined);

export const X_AXES = {
  step: { label: "step", format: formatWhole, of: () => (step) => step },
  samples: { label: "samples seen", format: formatWhole, of: (run) => times(sizeOf(run)) },
  epoch: { label: "epoch", format: formatNumber, of: (run) => times(sizeOf(run) / imagesOf(run)) },
  time: {
    label: "training time, seconds",
    format: formatNumber,
    perRun: true,
    of: (run, clocks) => clockOf(clocks.get(run.runId)),
  },
};

/** Between the times recorded, time runs evenly; before the first and after the last at the same pace as there. */
function clockOf(series) {
  if (!series || series.length === 0) return undefined;
  const { lastStep: x, last: y, length } = series;
  return (step) => {
    let i = 0;
    while (i < length - 1 && x[i] < step) i++;
    const [x0, y0] = i > 0 ? [x[i - 1], y[i - 1]] : [-1, 0];
    const pace = (y[i] - y0) / Math.max(1, x[i] - x0);
    return Math.max(0, y0 + pace * (step - x0)) / 1000;
  };
}

/** The least step whose x is at least `value`, by halving. */
export function stepAt(toX, value, most) {
  let [low, high] = [0, most];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (toX(middle) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
