import { arch, availableParallelism, cpus, platform, totalmem } from "node:os";

/** Describes this machine: `linux x64, 2 cores (AMD EPYC), 8 GiB`. */
export function machine(): string {
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  return `${platform()} ${arch()}, ${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? "unknown"}), ${memory}`;
}
