import { onCrash } from "./crash.ts";
import { dropWhatCannotBeWritten } from "./output.ts";

/** Prepares this process for what happens outside any call: output that cannot be written, errors that nobody catches. */
export function prepareProcess(): void {
  dropWhatCannotBeWritten();
  process.on("uncaughtException", onCrash);
  process.on("unhandledRejection", onCrash);
}
