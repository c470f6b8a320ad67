import { fileURLToPath } from "node:url";
import { startServer, type FeedServer } from "../feed/server.ts";
import { openStore } from "../store/open-store.ts";
import type { Store } from "../store/store.ts";
import { onInterrupt } from "./interrupt.ts";
import { Progress } from "./progress.ts";

const DASHBOARDS = fileURLToPath(new URL("../../dashboards", import.meta.url));

export interface AttendOptions {
  readonly store: string;
  readonly serve: boolean;
  readonly port: number;
}

/** What surrounds training: where it is recorded, shown and told of. */
export interface Attendance {
  readonly store: Store;
  readonly server: FeedServer | undefined;
  readonly progress: Progress;
}

/** A piece of training that can be asked to end early. */
export interface Trainer<T> {
  readonly stop: () => void;
  readonly run: () => Promise<T>;
}

/**
 * Trains with store, live page and progress around it, closed however it ends. The first interruption stops training
 * after the current step. `conclude` still has the store.
 */
export async function attend<T>(
  options: AttendOptions,
  begin: (attendance: Attendance) => Trainer<T>,
  conclude: (result: T, store: Store) => Promise<void>,
): Promise<void> {
  const store = await openStore(options.store);
  try {
    const server = options.serve
      ? await startServer({ store, port: options.port, dashboardsDir: DASHBOARDS })
      : undefined;
    const progress = new Progress(process.stderr);
    try {
      let trainer: Trainer<T> | undefined;
      const result = await onInterrupt(
        () => {
          progress.note("stopping after the current step … (Ctrl-C again to leave at once)");
          trainer?.stop();
        },
        () => (trainer = begin({ store, server, progress })).run(),
      );
      progress.close();
      await conclude(result, store);
    } finally {
      progress.close();
      await server?.close();
    }
  } finally {
    await store.close();
  }
}

/** Where the live page is. */
export function liveLine({ url, port, requestedPort }: FeedServer): string {
  const moved = requestedPort !== 0 && port !== requestedPort;
  return `live: ${url}${moved ? ` (port ${requestedPort} is taken)` : ""}`;
}
