#!/usr/bin/env node
import "../src/run/register.js";

const { main } = await import("../src/run/main.ts");
await main(process.argv);
