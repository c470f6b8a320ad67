import type { Recorded, Run, Sink } from "../core/types.ts";

/** Something that shows how runs are doing: a terminal, a log. */
export interface ProgressBoard {
  seen(run: Run, records: readonly Recorded[]): void;
}

/** Shows every record to a board, which keeps what it wants. */
export function progressSink(board: ProgressBoard): Sink {
  return async (records, run) => {
    for await (const chunk of records) board.seen(run, chunk);
  };
}
