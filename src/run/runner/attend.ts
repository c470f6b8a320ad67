import type { FeedServer } from "../../feed/server/server.ts";
import type { Paper } from "../../paper/paper.ts";
import type { Store } from "../../store/store.ts";
import { openStore } from "../command-line/open-store.ts";
import { onInterrupt } from "../process/interrupt.ts";
import { ownStore } from "../owner/owner.ts";
import { type StoreWatch, watchStore } from "../owner/watch-store.ts";
import { Progress } from "../terminal/progress.ts";
import { serve, type ServingOptions } from "../serving/serving.ts";

/** Options of `attend`. */
interface AttendOptions extends ServingOptions {
  readonly store: string;
  readonly serve: boolean;
  /** Those that the store and the pages know. Default all that there are. */
  readonly papers?: readonly Paper[];
  /** Whether errors alone are told of. */
  readonly quiet?: boolean;
  /** Prepares the store before anything is served or trained; `false` says that there is nothing to train. */
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
 * after the current step, and so does a store that is removed or replaced. `conclude` still has the store, and the file in
 * which all of it is.
 */
export async function attend<T>(
  options: AttendOptions,
  begin: (attendance: Attendance) => TrainingJob<T>,
  conclude: (result: T, store: Store, path: string) => Promise<void>,
): Promise<void> {
  const store = await openStore(options.store, {}, options.papers);
  try {
    if ((await options.prepare?.(store)) === false) return;
    const server = options.serve ? await serve(store, options, options.papers) : undefined;
    const owner = await ownStore(store, server?.url);
    const progress = new Progress(process.stderr, options);
    let lost: StoreWatch | undefined;
    try {
      let job: TrainingJob<T> | undefined;
      lost = watchStore(options.store, () => {
        progress.note(
          `${options.store} was removed or replaced while it was written to; stopping, to save what it holds …`,
        );
        job?.stop();
      });
      const result = await onInterrupt(
        () => {
          progress.note("stopping after the current step … (Ctrl-C again to leave at once)");
          job?.stop();
        },
        () => (job = begin({ store, server, progress })).run(),
      );
      progress.close();
      const saved = await lost.rescue(store);
      await conclude(result, store, saved ?? options.store);
      if (saved !== undefined) process.exitCode = 1;
    } finally {
      progress.close();
      lost?.end();
      await owner.close();
      await server?.close();
    }
  } finally {
    await store.close();
  }
}
