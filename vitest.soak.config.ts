import { mergeConfig } from "vitest/config";
import config from "./vitest.config.ts";

/** Training processes are killed a thousand times, some hours long; `npm run test:soak`. */
export default mergeConfig(config, {
  test: { include: ["tests/run/runner/kills.test.ts"], env: { GRADSTREAM_KILLS: "1000" } },
});
