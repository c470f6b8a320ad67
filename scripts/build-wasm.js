// Compiles src/backend/wasm/assembly to src/backend/wasm/kernels.wasm. The result is committed; a test compiles again
// and compares, so the two cannot drift apart.
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const root = fileURLToPath(new URL("..", import.meta.url));
const out = process.argv[2] ?? "src/backend/wasm/kernels.wasm";
const { error, stderr } = await asc.main([
  "src/backend/wasm/assembly/index.ts",
  "--baseDir",
  root,
  "--outFile",
  out,
  "-O3",
  "--noAssert",
  "--runtime",
  "stub",
  "--importMemory",
  "--enable",
  "simd",
  "--use",
  "abort=",
]);
if (error) {
  process.stderr.write(`${stderr.toString()}\n`);
  process.exitCode = 1;
}
