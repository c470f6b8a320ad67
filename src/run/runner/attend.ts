import type { FeedServer } from "../../feed/server/server.ts";
import type { Paper } from "../../paper/paper.ts";
import type { Store } from "../../store/store.ts";
import { INTERRUPTED } from "../command-line/exit-code.ts";
import { openStore } from "../command-line/open-store.ts";
import { onInterrupt } from "../process/interrupt.ts";
import { ownStore } from "../owner/owner.ts";
import { type StoreWatch, watchStore } from "../owner/watch-store.ts";
import { Progress } from "../terminal/progress.ts";
import { say } from "../terminal/say.ts";
import { serve, type TrainingServingOptions } from "../serving/serving.ts";
import { copyCheckpoints } from "./copy-checkpoints.ts";

/** Options of `attend`. */
interface AttendOptions extends TrainingServingOptions {
  readonly store: string;
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
 * after the current step, and so does a store that is removed or replaced; what was trained is still concluded. `conclude`
 * still has the store, and the file in which all of it is.
 */
export async function attend<T>(
  options: AttendOptions,
  begin: (attendance: Attendance) => TrainingJob<T>,
  conclude: (result: T, store: Store, path: string) => Promise<void>,
): Promise<void> {
  const interruption: Interruption = { isAsked: false, onAsked: () => undefined };
  await onInterrupt(
    () => {
      interruption.isAsked = true;
      interruption.onAsked();
    },
    async () => {
      const store = await openStore(options.store, {}, options.papers);
      try {
        await trainInto(store, interruption, options, begin, conclude);
      } finally {
        await store.close();
      }
    },
  );
}

/** What is to be done when the first interruption comes, at any time. */
interface Interruption {
  isAsked: boolean;
  onAsked: () => void;
}

async function trainInto<T>(
  store: Store,
  interruption: Interruption,
  options: AttendOptions,
  begin: (attendance: Attendance) => TrainingJob<T>,
  conclude: (result: T, store: Store, path: string) => Promise<void>,
): Promise<void> {
  if ((await options.prepare?.(store)) === false) return;
  const server = options.serve ? await serve(store, options, options.papers) : undefined;
  const owner = await ownStore(store, server?.localUrl);
  const progress = new Progress(process.stderr, options);
  let lost: StoreWatch | undefined;
  try {
    if (interruption.isAsked) {
      process.exitCode = INTERRUPTED;
      return;
    }
    const job = begin({ store, server, progress });
    lost = watchStore(options.store, () => {
      progress.note(
        `${options.store} was removed or replaced while it was written to; stopping, to save what it holds …`,
      );
      job.stop();
    });
    interruption.onAsked = () => {
      progress.note("stopping after the current step … (Ctrl-C again to leave at once)");
      job.stop();
    };
    const result = await job.run();
    interruption.onAsked = () =>
      progress.note("all is trained; writing what came of it … (Ctrl-C again to leave at once)");
    progress.close();
    const saved = await lost.rescue(store);
    if (saved !== undefined) {
      say(`what ${options.store} held is in ${saved}`);
      await copyCheckpoints(store, saved);
    }
    await conclude(result, store, saved ?? options.store);
    if (saved !== undefined) process.exitCode = 1;
  } finally {
    progress.close();
    lost?.end();
    await owner.close();
    await server?.close();
  }
}
