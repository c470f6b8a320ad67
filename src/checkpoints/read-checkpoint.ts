import { readFileSync } from "node:fs";
import { UserError } from "../core/errors.ts";
import { decodeCheckpoint, type Checkpoint } from "./checkpoint.ts";

/**
 * Reads a checkpoint's file.
 *
 * @throws {UserError} when there is none, or it is none.
 */
export function readCheckpoint(path: string): Checkpoint {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new UserError(`${path}: cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  return decodeCheckpoint(bytes, path);
}
