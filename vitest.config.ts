import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { gradstream: fileURLToPath(new URL("src/index.ts", import.meta.url)) } },
  test: { include: ["tests/**/*.test.ts"], pool: "forks", testTimeout: 60_000, maxWorkers: 2 },
});
