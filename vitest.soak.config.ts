import { mergeConfig } from "vitest/config";
import config from "./vitest.config.ts";

/**
 * Training processes are killed a thousand times, some hours long, and workers, cables and queue servers of sweeps are
 * broken as often; `npm run test:soak`.
 */
export default mergeConfig(config, {
  test: {
    include: ["tests/run/runner/kills.test.ts", "tests/sweep/engine/bullmq/faults.test.ts"],
    env: {
      GRADSTREAM_KILLS: "1000",
      GRADSTREAM_FAULTS: "1000",
    },
  },
});
