import { defineConfig } from "vitest/config";
import config from "./vitest.config.ts";

/**
 * Training processes are killed a thousand times, stores are lived with for an hour, and workers, cables and queue servers of
 * sweeps are broken; `npm run test:soak`.
 * In pieces: SOAK_KILLS=100 SOAK_FROM=200 are the kills 200 to 299, SOAK_SECONDS=600 the time for stores,
 * SOAK_FAULTS=50 SOAK_FAULTS_FROM=100 the faults 100 to 149 of sweeps, of each server; 0 leaves any of them out.
 */
const {
  SOAK_KILLS = "1000",
  SOAK_FROM = "0",
  SOAK_SECONDS = "3600",
  SOAK_FAULTS = "200",
  SOAK_FAULTS_FROM = "0",
} = process.env;

// Merging would add these files to those of the suite.
export default defineConfig({
  ...config,
  test: {
    ...config.test,
    include: [
      ...(Number(SOAK_KILLS) > 0 ? ["tests/run/runner/kills.test.ts"] : []),
      ...(Number(SOAK_SECONDS) > 0 ? ["tests/store/lives.test.ts"] : []),
      ...(Number(SOAK_FAULTS) > 0 ? ["tests/sweep/engine/bullmq/faults.test.ts"] : []),
    ],
    env: {
      ...config.test?.env,
      GRADSTREAM_KILLS: SOAK_KILLS,
      GRADSTREAM_KILLS_FROM: SOAK_FROM,
      GRADSTREAM_LIVES_SECONDS: SOAK_SECONDS,
      GRADSTREAM_FAULTS: SOAK_FAULTS,
      GRADSTREAM_FAULTS_FROM: SOAK_FAULTS_FROM,
    },
    // What is under way is said as it goes.
    disableConsoleIntercept: true,
    fileParallelism: false,
  },
});
