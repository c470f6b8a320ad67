import { defineConfig } from "vitest/config";

// The package as people install it: built, packed and used from a project of its own.
export default defineConfig({
  test: {
    globalSetup: ["tests/package/pack-once.ts"],
    // They share a project, and npm.
    fileParallelism: false,
    include: ["tests/package/**/*.test.ts"],
    pool: "forks",
    testTimeout: 1_200_000,
    hookTimeout: 600_000,
  },
});
