import { writeFile } from "node:fs/promises";

/** A plain tensor on its way into a file. */
export interface PlainTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
}

/**
 * Writes a safetensors file: the header's length as a 64-bit number, a JSON header with each tensor's type, shape and
 * place, then the values, little-endian (https://github.com/huggingface/safetensors, "Format").
 */
export async function writeSafetensors(
  path: string,
  tensors: Readonly<Record<string, PlainTensor>>,
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let at = 0;
  for (const [name, { shape, values }] of Object.entries(tensors)) {
    const dtype = values instanceof Int32Array ? "I32" : "F32";
    header[name] = { dtype, shape, data_offsets: [at, (at += values.byteLength)] };
  }
  const json = JSON.stringify(header);
  const padded = Buffer.from(json + " ".repeat((8 - (Buffer.byteLength(json) % 8)) % 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  const data = Object.values(tensors).map(({ values }) =>
    Buffer.from(values.buffer, values.byteOffset, values.byteLength),
  );
  await writeFile(path, Buffer.concat([length, padded, ...data]));
}
