import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { browserOnly } from "./scripts/browser-only.ts";

// The software GPU that comes with Debian's Chromium: right, and slow.
const SWIFTSHADER = "/usr/lib/chromium/vk_swiftshader_icd.json";
const { paths } = (
  JSON.parse(readFileSync(new URL("tsconfig.json", import.meta.url), "utf8")) as {
    readonly compilerOptions: { readonly paths: Readonly<Record<string, readonly [string]>> };
  }
).compilerOptions;

export default defineConfig({
  resolve: {
    alias: Object.entries(paths).map(([door, [file]]) => ({
      find: new RegExp(`^${door}$`),
      replacement: fileURLToPath(new URL(file, import.meta.url)),
    })),
  },
  test: {
    include: ["tests/**/*.test.ts"],
    // `npm run test:package`: it installs.
    exclude: ["tests/package/**"],
    pool: "forks",
    setupFiles: ["tests/fixtures/program-of-file.ts"],
    // Tests wait for conditions: these only end what hangs, on a busy machine too.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 90_000 } },
    maxWorkers: 2,
    coverage: {
      provider: "v8",
      include: ["src/**/*.{ts,js,cjs}"],
      // AssemblyScript is no TypeScript.
      exclude: ["src/backend/wasm/assembly/**", ...browserOnly()],
      reporter: ["text-summary", "html"],
      reportsDirectory: "coverage",
      // A whole run takes half an hour.
      reportOnFailure: true,
    },
    env: {
      // What commands print is compared, on a terminal too.
      FORCE_COLOR: "0",
      // Terminals are drawn on, wherever the tests run.
      CI: "",
      ...(existsSync(SWIFTSHADER) ? { VK_ICD_FILENAMES: process.env["VK_ICD_FILENAMES"] ?? SWIFTSHADER } : {}),
    },
  },
});
