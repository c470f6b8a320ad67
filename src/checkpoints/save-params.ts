import { keep, clone, dispose } from "@tensorflow/tfjs-core";
import { checkOptions, object, required } from "../core/options.ts";
import type { State, Weights } from "../core/params.ts";
import { toPlainLater } from "../core/plain-tensors.ts";
import { toSafetensors } from "../core/safetensors.ts";
import { writeAtomically } from "./write-safely.ts";

/**
 * Writes parameters, and running statistics, as a safetensors file: `params/layer1/kernel`, `state/layer1/mean`. The
 * tensors are taken down before the call returns its promise, so that those of a live step can be saved in its push. A
 * file that is there is replaced whole.
 *
 * @throws {UserError} (as a rejection) for tensors of a type that cannot be saved.
 *
 * @example
 * ```ts
 * import { mkdtempSync } from "node:fs";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { loadParams, mlp, rootKey, saveParams } from "gradstream";
 *
 * const file = join(mkdtempSync(join(tmpdir(), "gradstream-")), "mlp.safetensors");
 * await saveParams(file, mlp({ hidden: [4] }).init(rootKey(0), [8]));
 * console.log(Object.keys((await loadParams(file)).params)); // [ "layer1/kernel", "layer1/bias", … ]
 * ```
 */
export async function saveParams(path: string, weights: Weights): Promise<void> {
  const { params, state = {} } = checkOptions<Weights>("saveParams", weights, {
    params: required(object),
    state: object,
  });
  const copies = { ...copied("params", params), ...copied("state", state) };
  try {
    writeAtomically(path, toSafetensors({ tensors: await toPlainLater(copies), metadata: { format: "pt" } }));
  } finally {
    dispose(Object.values(copies));
  }
}

const copied = (prefix: string, tensors: State): State =>
  Object.fromEntries(Object.entries(tensors).map(([name, value]) => [`${prefix}/${name}`, keep(clone(value))]));
