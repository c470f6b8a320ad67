import type { FeedServer } from "../../feed/server/server.ts";
import type { Paper } from "../../paper/paper.ts";
import type { Store } from "../../store/store.ts";
import { openStore } from "../command-line/open-store.ts";
import { onInterrupt } from "../process/interrupt.ts";
import { forgetLivePage, noteLivePage } from "../serving/live-page.ts";
import { Progress } from "../terminal/progress.ts";
import { serve, type ServingOptions } from "../serving/serving.ts";

/** Options of `attend`. */
interface AttendOptions extends ServingOptions {
  readonly store: string;
  readonly serve: boolean;
  /** Those that the store and the pages know. Default all that there are. */
  readonly papers?: readonly Paper[];
  /** Prepares the store while its SQL can still read other files; `false` says that there is nothing to train. */
  readonly prepare?: (store: Store) => Promise<unknown>;
}

/** The surroundings of training: where it is recorded, shown and told of. */
interface Attendance {
  readonly store: Store;
  readonly server: FeedServer | undefined;
  readonly progress: Progress;
}

/** A piece of training that can be asked to end early. */
interface TrainingJob<T> {
  readonly stop: () => void;
  readonly run: () => Promise<T>;
}

/**
 * Trains with store, live page and progress around it, closed however it ends. The first interruption stops training
 * after the current step. `conclude` still has the store.
 */
export async function attend<T>(
  options: AttendOptions,
  begin: (attendance: Attendance) => TrainingJob<T>,
  conclude: (result: T, store: Store) => Promise<void>,
): Promise<void> {
  const store = await openStore(options.store, {}, options.papers);
  try {
    if ((await options.prepare?.(store)) === false) return;
    const server = options.serve ? await serve(store, options, options.papers) : undefined;
    if (server) noteLivePage(options.store, server.url);
    const progress = new Progress(process.stderr);
    try {
      let job: TrainingJob<T> | undefined;
      const result = await onInterrupt(
        () => {
          progress.note("stopping after the current step … (Ctrl-C again to leave at once)");
          job?.stop();
        },
        () => (job = begin({ store, server, progress })).run(),
      );
      progress.close();
      await conclude(result, store);
    } finally {
      progress.close();
      if (server) forgetLivePage(options.store);
      await server?.close();
    }
  } finally {
    await store.close();
  }
}
