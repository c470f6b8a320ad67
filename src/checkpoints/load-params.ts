import { readFile } from "node:fs/promises";
import { UserError } from "../core/errors.ts";
import type { Weights } from "../core/params.ts";
import { fromPlain } from "../core/plain-tensors.ts";
import { fromSafetensors } from "../core/safetensors.ts";
import { tensorsUnder } from "../core/snapshot.ts";

/**
 * Reads the parameters and running statistics of a file that `saveParams` wrote, of a checkpoint, or of what `gradstream
 * audit` wrote down. The caller owns the tensors.
 *
 * @throws {UserError} (as a rejection) when the file cannot be read, is no safetensors file or has no `params/`.
 */
export async function loadParams(path: string): Promise<Required<Weights>> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new UserError(`loadParams: ${error instanceof Error ? error.message : String(error)}`);
  });
  const { tensors } = fromSafetensors(bytes, `loadParams: ${path}`);
  const params = tensorsUnder(tensors, "params");
  if (Object.keys(params).length === 0) throw new UserError(`loadParams: ${path} has no parameters params/…`);
  return { params: fromPlain(params), state: fromPlain(tensorsUnder(tensors, "state")) };
}
