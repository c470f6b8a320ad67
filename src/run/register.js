// Imported before any TypeScript module, and in every thread: from here on ts-node loads them.
import { register } from "node:module";
import { fileURLToPath } from "node:url";

process.env["TS_NODE_PROJECT"] ??= fileURLToPath(new URL("./typescript/tsconfig.json", import.meta.url));
process.setSourceMapsEnabled(true);
// From Node 26 on `register` warns of itself; what replaces it, ts-node does not know.
const { noDeprecation } = process;
process.noDeprecation = true;
register("./typescript/quiet-hook.js", import.meta.url);
register("ts-node/esm", import.meta.url);
register("./typescript/resolve-hook.js", import.meta.url);
process.noDeprecation = noDeprecation;
