import { BACKENDS, probeBackend, type BackendName } from "../../src/backend/start.ts";
import { describeUnless } from "../fixtures/unless.ts";
import { backendContract, type Bounds } from "../contracts/backend.ts";

/** oneDNN and Dawn sum in orders of their own; SwiftShader's square roots and logarithms are good to 22 bits. */
const BOUNDS: Readonly<Record<BackendName, Bounds>> = {
  cpu: { operation: 1e-7, training: 1e-7 },
  wasm: { operation: 1e-5, training: 1e-3 },
  tensorflow: { operation: 1e-5, training: 1e-3 },
  webgpu: { operation: 2e-5, training: 2e-3 },
};

for (const name of BACKENDS) {
  const { available, detail } = await probeBackend(name);
  const software = name === "webgpu" && !process.env["VK_ICD_FILENAMES"] ? "; SwiftShader is not there either" : "";
  const title = available ? `${name} (${detail})` : name;
  describeUnless(available ? undefined : `${detail}${software}`, title, () => backendContract(name, BOUNDS[name]));
}
