#!/usr/bin/env node
import "../src/run/register.js";

// A reader that has seen enough (head, less) is no error; runs go on and are recorded.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error) => {
    if (error.code !== "EPIPE") throw error;
  });
}

const { leaveIfCrashed, onCrash } = await import("../src/run/process/crash.ts");
process.on("uncaughtException", onCrash);
process.on("unhandledRejection", onCrash);
const { main } = await import("../src/run/main.ts");
await main(process.argv);
leaveIfCrashed();
