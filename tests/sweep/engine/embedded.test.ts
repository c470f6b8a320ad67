import { EmbeddedEngine, type EmbeddedWorker } from "../../../src/sweep/engine/embedded.ts";
import { engineContract } from "../../contracts/engine.ts";

engineContract("the embedded engine", () => {
  const engine = new EmbeddedEngine({ leaseMs: 600, renewMs: 100 });
  return Promise.resolve({
    engine,
    worker: () => Promise.resolve(engine.worker()),
    freeze: (worker) => (worker as EmbeddedWorker).pause(),
    close: () => Promise.resolve(),
  });
});
