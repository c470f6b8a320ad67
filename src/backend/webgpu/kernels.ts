import type { KernelConfig } from "@tensorflow/tfjs";

export function ownKernels(): KernelConfig[] {
  return [];
}
