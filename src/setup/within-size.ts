import { UserError } from "../core/errors.ts";
import { bytesBelow } from "./places.ts";

/** Returns the bytes that a download may put on the disk, unpacked: what a setup asks to be free. */
export const roomFor = (gpu: boolean): number => (gpu ? 8e9 : 3e9);

interface Limits {
  /** Folders that grow. */
  readonly folders: readonly string[];
  /** Bytes that they may grow to, together. */
  readonly most: number;
  /** Ends the work from outside. */
  readonly signal: AbortSignal;
  /** Milliseconds between looks. Default 1000. */
  readonly every?: number;
}

/**
 * Does work of another program that fills folders; its signal is aborted, with a UserError as the reason, when they grow
 * beyond all that can be wanted.
 */
export async function withinSize<T>(
  { folders, most, signal, every = 1000 }: Limits,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const pass = (): void => abort.abort(signal.reason);
  if (signal.aborted) pass();
  signal.addEventListener("abort", pass);
  const look = async (): Promise<void> => {
    const sizes = await Promise.all(folders.map((folder) => bytesBelow(folder).catch(() => 0)));
    const size = sizes.reduce((sum, bytes) => sum + bytes, 0);
    if (size > most) abort.abort(new UserError(`a download has grown beyond ${most / 1e9} GB and was stopped`));
  };
  const looking = setInterval(() => void look(), every);
  try {
    return await work(abort.signal);
  } finally {
    clearInterval(looking);
    signal.removeEventListener("abort", pass);
  }
}
