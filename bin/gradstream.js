#!/usr/bin/env node
import { existsSync } from "node:fs";

// Node asks for the folder in many places, and where it is gone some of them wait for ever.
try {
  process.cwd();
} catch {
  process.stderr.write("gradstream: the folder that this was started in is gone; change to another\n");
  process.exit(2);
}

// A clone runs its sources, the installed package its build; so does a clone that is told to.
const isClone = process.env["GRADSTREAM_BUILT"] !== "1" && existsSync(new URL("../src/run/main.ts", import.meta.url));
const load = (name) => import(isClone ? `../src/run/${name}.ts` : `../dist/run/${name}.js`);
if (isClone) await import("../src/run/register.js");

const { prepareProcess } = await load("process/start");
prepareProcess();
const { main } = await load("main");
await main(process.argv);
const { leaveIfCrashed } = await load("process/crash");
leaveIfCrashed();
