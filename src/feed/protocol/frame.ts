/** Kinds of binary frames. */
export const FRAME = { readings: 1, buckets: 2, histograms: 3 } as const;

/** Bytes before the columns of a frame. */
export const HEADER_BYTES = 40;

/** What stands before the columns. Little-endian; columns that follow are aligned to 8 bytes. */
export interface FrameHeader {
  /** One of FRAME. */
  readonly kind: number;
  /** Subscription the frame is for. */
  readonly id: number;
  /** Number of the run that all rows are of. */
  readonly run: number;
  readonly rows: number;
  /** Records of this run that were left out between the frame before and this one. */
  readonly skipped: number;
  /** Buckets: log2 of their width. Histograms: bins of all rows. */
  readonly extra: number;
  /** The tick the rows came with; 0 in a snapshot. */
  readonly tick: number;
  /** How many of the run's records (readings or histograms), matching or not, there are up to the end of this frame. */
  readonly to: number;
}

/** Makes a new frame with its header written and room for `bytes` of columns. */
export function newFrame(header: FrameHeader, bytes: number): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(HEADER_BYTES + bytes);
  const view = new DataView(frame.buffer);
  view.setUint8(0, header.kind);
  view.setUint32(4, header.id, true);
  view.setUint32(8, header.run, true);
  view.setUint32(12, header.rows, true);
  view.setUint32(16, header.skipped, true);
  view.setUint32(20, header.extra, true);
  view.setFloat64(24, header.tick, true);
  view.setFloat64(32, header.to, true);
  return frame;
}

/** Returns the header of the frame that begins at byte `at`. @throws {Error} when the message is too short for one. */
export function readHeader(message: ArrayBuffer, at = 0): FrameHeader {
  if (message.byteLength < at + HEADER_BYTES) throw new Error("feed: a frame without header");
  const view = new DataView(message, at, HEADER_BYTES);
  return {
    kind: view.getUint8(0),
    id: view.getUint32(4, true),
    run: view.getUint32(8, true),
    rows: view.getUint32(12, true),
    skipped: view.getUint32(16, true),
    extra: view.getUint32(20, true),
    tick: view.getFloat64(24, true),
    to: view.getFloat64(32, true),
  };
}
