const MEGABYTE = 1e6;

export interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

interface TransferProgress {
  /** Shows bytes received and bytes expected (undefined if unknown). */
  update(received: number, total: number | undefined): void;
  /** Ends the line, so that other output can follow. */
  end(): void;
}

/**
 * Shows how far a transfer has come: percent, MB, MB/s and time left. On a terminal one line is rewritten ten times a
 * second, elsewhere a line is written every five seconds. `now` gives milliseconds.
 */
export function transferProgress(
  stream: ProgressStream,
  now: () => number = () => performance.now(),
): TransferProgress {
  const rewrite = stream.isTTY === true;
  const every = rewrite ? 100 : 5000;
  let first: { at: number; received: number } | undefined;
  let shownAt = -Infinity;
  let latest = "";
  let shown = "";
  const show = () => {
    if (latest === shown) return;
    stream.write(rewrite ? `\r\x1b[K${latest}` : `${latest}\n`);
    shown = latest;
  };
  return {
    update(received, total) {
      const at = now();
      first ??= { at, received };
      latest = describe(received, total, (received - first.received) / Math.max(at - first.at, 1));
      if (at - shownAt < every) return;
      shownAt = at;
      show();
    },
    end() {
      show();
      if (rewrite && shown !== "") stream.write("\n");
      latest = shown = "";
    },
  };
}

/** `pace` in bytes per millisecond. */
function describe(received: number, total: number | undefined, pace: number): string {
  const parts = [
    `${(received / MEGABYTE).toFixed(1)}${total === undefined ? "" : ` of ${(total / MEGABYTE).toFixed(1)}`} MB`,
  ];
  if (total) parts.unshift(`${Math.floor((100 * received) / total)} %`);
  if (pace > 0) parts.push(`${((pace * 1000) / MEGABYTE).toFixed(1)} MB/s`);
  if (pace > 0 && total !== undefined && received < total) parts.push(`${duration((total - received) / pace)} left`);
  return parts.join(", ");
}

function duration(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3600 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
