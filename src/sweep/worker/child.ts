import { prepareProcess } from "../../run/process/start.ts";
import { UserError } from "../../core/errors.ts";
import { oneLine } from "../../core/one-line.ts";
import { openPlace } from "../place/open-place.ts";
import type { FromChild, ToChild } from "./protocol.ts";
import { trainAttempt } from "./train-attempt.ts";

const ALIVE_MS = 2000;

const tell = (message: FromChild): Promise<void> =>
  new Promise((resolve) => {
    if (process.connected) process.send!(message, () => resolve());
    else resolve();
  });

prepareProcess();
// A terminal's Ctrl-C reaches every process that it started: whoever started this one says what to do.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGUSR2"] as const) process.on(signal, () => undefined);
// Nobody is left to whom its results could go.
process.on("disconnect", () => process.exit(1));
setInterval(() => void tell({ type: "alive" }), ALIVE_MS);

let isStopping = false;
let stop: (() => void) | undefined;
process.on("message", (message: ToChild) => {
  if (message.type === "stop") {
    isStopping = true;
    stop?.();
    return;
  }
  const { order } = message;
  const place = openPlace(order.place);
  void trainAttempt(place, order, {
    onText: (line) => void tell({ type: "text", line }),
    onStoppable: (end) => {
      stop = end;
      if (isStopping) end();
    },
  })
    .catch((error: unknown) => ({
      outcome: { status: "failed", message: oneLine(error), isUserError: error instanceof UserError } as const,
      segments: 0,
      steps: 0,
    }))
    .then((end) => tell({ type: "end", ...end }))
    .then(() => process.exit(0));
});
