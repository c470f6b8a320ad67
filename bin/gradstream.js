#!/usr/bin/env -S node --disable-warning=DEP0180
import "../src/run/register.js";

const { main } = await import("../src/run/main.ts");
await main(process.argv);
