// A process of its own, which `probeApart` starts: tries one backend and sends what came of it.
import { BACKENDS, probeBackend } from "../../backend/start.ts";

const name = BACKENDS.find((backend) => backend === process.argv[2]);
if (name === undefined) throw new Error(`no backend ${process.argv[2]}`);
process.send?.(await probeBackend(name), () => process.exit());
