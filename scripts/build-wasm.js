// Compiles src/backend/wasm/assembly to src/backend/wasm/kernels.wasm, and for engines with relaxed SIMD to
// kernels-relaxed.wasm. The results are committed; a test compiles again and compares, so they cannot drift apart.
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = process.argv[2] ?? "src/backend/wasm";

/** @param {string} name @param {readonly string[]} features */
async function compile(name, features) {
  const { error, stderr } = await asc.main([
    "src/backend/wasm/assembly/index.ts",
    "--baseDir",
    root,
    "--outFile",
    `${folder}/${name}`,
    "-O3",
    "--noAssert",
    "--runtime",
    "stub",
    "--importMemory",
    ...features.flatMap((feature) => ["--enable", feature]),
    "--use",
    "abort=",
  ]);
  if (!error) return;
  process.stderr.write(`${stderr.toString()}\n`);
  process.exitCode = 1;
}

await compile("kernels.wasm", ["simd"]);
await compile("kernels-relaxed.wasm", ["simd", "relaxed-simd"]);
