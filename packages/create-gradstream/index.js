#!/usr/bin/env node
// `npm create gradstream experiments` is `gradstream init experiments`.
const command = new URL("bin/gradstream.js", import.meta.resolve("gradstream/package.json"));
process.argv.splice(2, 0, "init");
await import(command.href);
