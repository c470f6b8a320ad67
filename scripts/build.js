// Builds dist/, what the npm package holds in place of sources: ES modules with source maps and declarations, file for
// file as in src/, so that what finds a file by its place finds it in both.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import ts from "typescript";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");
/** What is no module. */
const FILES = [
  "backend/wasm/kernels.wasm",
  "backend/wasm/kernels-relaxed.wasm",
  "backend/tensorflow/kernels.cc",
  "backend/tensorflow/mute.cc",
  "run/typescript/tsconfig.json",
];
/** What only sources need: threads and processes of a build start with their own modules. */
const NOT_BUILT = ["run/worker/start", "run/worker/start-preview", "run/sql/start-child", "sweep/worker/start-child"];
const RELATIVE_SOURCE = /(\bfrom "|\bimport\("|^import ")(\.[^"]*)\.ts"/gm;

rmSync(dist, { recursive: true, force: true });
const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
const { status } = spawnSync(process.execPath, [compiler, "-p", join(root, "tsconfig.build.json")], {
  stdio: "inherit",
});
if (status !== 0) process.exit(1);

for (const name of NOT_BUILT) for (const ending of [".js", ".js.map", ".d.ts"]) rmSync(join(dist, name + ending));
// Pages are served to browsers, which are given neither maps nor declarations, and nothing else imports them.
for (const name of readdirSync(join(dist, "pages"), { recursive: true, encoding: "utf8" }))
  if (/\.(js\.map|d\.ts)$/.test(name)) rmSync(join(dist, "pages", name));
// The compiler leaves the endings of declarations as they are.
for (const name of readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".d.ts"))) {
  const file = join(dist, name);
  writeFileSync(file, readFileSync(file, "utf8").replaceAll(RELATIVE_SOURCE, '$1$2.js"'));
}
for (const file of FILES) cpSync(join(root, "src", file), join(dist, file));

// The pipelines that ship import `gradstream` and what lies beside them, so that each is compiled by itself.
const pipelines = join(root, "pipelines");
for (const name of readdirSync(pipelines, { recursive: true, encoding: "utf8" }).filter((file) =>
  file.endsWith(".ts"),
)) {
  const { outputText } = ts.transpileModule(readFileSync(join(pipelines, name), "utf8"), {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ES2022,
      verbatimModuleSyntax: true,
    },
  });
  const file = join(dist, "pipelines", name.replace(/\.ts$/, ".js"));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, outputText.replaceAll(RELATIVE_SOURCE, '$1$2.js"'));
}

// What of tfjs-core its file for Node leaves out, as one module. It shares its registries with any other copy.
const left = ["register_all_gradients.js", "public/chained_ops/register_all_chained_ops.js"];
const core = "@tensorflow/tfjs-core";
const bundle = await rolldown({
  cwd: root,
  input: "left-out",
  external: [core],
  platform: "node",
  plugins: [
    {
      name: "left-out",
      resolveId: (id) => (id === "left-out" ? id : undefined),
      load: (id) =>
        id === "left-out" ? [core, ...left.map((name) => `${core}/dist/${name}`)].map(imported).join("") : undefined,
    },
  ],
});
await bundle.write({
  file: join(dist, "core/tfjs-gradients.js"),
  format: "esm",
  minify: true,
  postBanner: "/*! Of @tensorflow/tfjs-core 4.22.0. Copyright Google LLC. Apache-2.0, see its LICENSE. */",
});
writeFileSync(join(dist, "core/tfjs-gradients.d.ts"), "export {};\n");
rmSync(join(dist, "core/tfjs-gradients.js.map"));

/** @param {string} name */
function imported(name) {
  return `import ${JSON.stringify(name)};\n`;
}
