import { createInterface } from "node:readline";
import { Worker } from "node:worker_threads";
import { UserError } from "../../core/errors.ts";
import { withoutName } from "../../operators/probes.ts";
import type { ArmPreview, FromPreview, PreviewOrder } from "../worker/protocol.ts";
import { threadModule } from "./thread-module.ts";

/** What arms showed in a preview, by their names. */
export type Previews = ReadonlyMap<string, ArmPreview>;

/**
 * Looks at every arm up to its first batch, and trains none. What the thread does not come to say stays unknown: the arm's
 * own training will.
 */
export type Previewing = (order: PreviewOrder) => Promise<Previews>;

/**
 * Starts a thread that looks at arms, and does `work` with it. The thread loads the pipeline, and what that needs, while
 * `work` makes the data ready.
 */
export async function withPreviewer<T>(pipeline: string, work: (look: Previewing) => Promise<T>): Promise<T> {
  const worker = new Worker(threadModule("preview"), { workerData: pipeline, stdout: true, stderr: true });
  // What a pipeline prints is shown where it trains.
  for (const input of [worker.stdout, worker.stderr]) createInterface({ input }).on("line", () => undefined);
  const previews = new Map<string, ArmPreview>();
  const ended = new Promise<void>((resolve) => {
    worker.on("message", (message: FromPreview) => {
      if (message.type === "end") resolve();
      else previews.set(message.arm, message.preview);
    });
    worker.on("error", () => resolve());
    worker.on("exit", () => resolve());
  });
  try {
    return await work(async (order) => {
      worker.postMessage(order);
      await ended;
      return previews;
    });
  } finally {
    await worker.terminate();
  }
}

/** A probe that an arm goes without. */
interface LeftOut {
  readonly arm: string;
  readonly probe: string;
  readonly reason: string;
}

/**
 * Lists the probes that do not fit an arm, but another.
 *
 * @throws {UserError} when a probe fits none of the arms, or no arm can train.
 */
export function leftOut(previews: Previews, arms: readonly string[]): readonly LeftOut[] {
  const shown = arms.flatMap((arm) => previews.get(arm) ?? []);
  // What an arm that did not show would say is not known.
  if (shown.length < arms.length || shown.some(({ isUnknown }) => isUnknown)) return [];
  if (shown.every(({ refusal }) => refusal !== undefined)) throw new UserError(shown[0]!.refusal);
  const found: (LeftOut & { readonly key: string })[] = [];
  const fitting = new Set<string>();
  for (const arm of arms) {
    const own = previews.get(arm)!.probes;
    own.forEach(({ name, misfit }, i) => {
      // The same probe of another arm: the first of this name, the second, …
      const key = `${name} ${own.slice(0, i).filter((earlier) => earlier.name === name).length}`;
      if (misfit === undefined) fitting.add(key);
      else found.push({ arm, probe: name, reason: misfit, key });
    });
  }
  const nowhere = found.find(({ key }) => !fitting.has(key));
  if (nowhere) throw new UserError(`${nowhere.reason}${arms.length > 1 ? `; it fits none of ${arms.join(", ")}` : ""}`);
  return found;
}

/** Writes `plain: probe ics is left out: layer 2 has no kernel`. */
export function leftOutLine({ arm, probe, reason }: LeftOut): string {
  return `${arm}: probe ${probe} is left out: ${withoutName(reason, probe)}`;
}
