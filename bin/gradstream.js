#!/usr/bin/env node
import { existsSync } from "node:fs";

// A clone runs its sources, the installed package its build.
const isClone = existsSync(new URL("../src/run/main.ts", import.meta.url));
const load = (name) => import(isClone ? `../src/run/${name}.ts` : `../dist/run/${name}.js`);
if (isClone) await import("../src/run/register.js");

const { dropWhatCannotBeWritten } = await load("process/output");
dropWhatCannotBeWritten();
const { leaveIfCrashed, onCrash } = await load("process/crash");
process.on("uncaughtException", onCrash);
process.on("unhandledRejection", onCrash);
const { main } = await load("main");
await main(process.argv);
leaveIfCrashed();
