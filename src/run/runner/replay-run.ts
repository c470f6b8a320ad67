import { availableParallelism } from "node:os";
import { shareCores } from "../../backend/tensorflow/start.ts";
import type { Store } from "../../store/store.ts";
import { requireStore } from "../command-line/default-store.ts";
import { exitCode } from "../command-line/exit-code.ts";
import { liveLine, type TrainingServingOptions } from "../serving/serving.ts";
import { say } from "../terminal/say.ts";
import { attend } from "./attend.ts";
import { runNamed } from "./choose-resumed.ts";
import { replayOf } from "./recorded-replay.ts";
import { groupAnew, ResumeRunner, type ResumedGroup } from "./resume-runs.ts";
import { brief } from "./brief.ts";
import { summary } from "./summary.ts";

interface ReplayOptions extends TrainingServingOptions {
  readonly store: string;
  readonly quiet?: boolean;
}

/**
 * Trains the trial of a recorded run again, on its backend, with the values that steered it as the store has them; it is
 * recorded as a run of its own.
 *
 * @throws {UserError} when the store has no such run, or its pipeline, data or backend are not there.
 */
export async function replayRun(id: string, options: ReplayOptions): Promise<void> {
  requireStore(options.store);
  shareCores(availableParallelism(), 1);
  let group: ResumedGroup;
  const prepare = async (store: Store): Promise<void> => {
    const run = await runNamed("run --replay", store, id);
    const replay = await replayOf(store, run.runId);
    const { trials, ...rest } = await groupAnew(run, { opened: new Map() });
    group = { ...rest, trials: trials.map((trial) => ({ ...trial, replays: { runId: run.runId, replay } })) };
    if (options.quiet) return;
    const count = replay.values.length + (replay.controls ?? []).length;
    const steered = `${count} recorded ${count === 1 ? "value" : "values"}`;
    say(`replays ${run.runId} with ${steered}, on ${run.backend}, into ${options.store}`);
    const { codeVersion } = rest.basis;
    if (run.codeVersion !== codeVersion) say(`it was trained by ${run.codeVersion}, this is ${codeVersion}`);
  };
  await attend(
    { ...options, prepare },
    ({ store, server, progress }) => {
      const runner = new ResumeRunner([group], { store, hub: server?.hub, progress, jobs: 1 });
      if (server && !options.quiet) say(liveLine(server));
      return { stop: () => runner.stop(), run: () => runner.run() };
    },
    async (finished, store, recordedIn) => {
      process.stdout.write(options.quiet ? brief(recordedIn, finished) : await summary(store, recordedIn, finished));
      process.exitCode = exitCode(finished.map(({ outcome }) => outcome));
    },
  );
}
