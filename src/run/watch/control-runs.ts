import { combineLatest, filter, firstValueFrom, timeout } from "rxjs";
import { WebSocket } from "ws";
import { UserError } from "../../core/errors.ts";
import { oneLine } from "../../core/one-line.ts";
import type { TrialCommand, Declaration, Feed, RunState } from "../../feed/client/node.ts";
import { matches } from "../../feed/protocol/matches.ts";
import { nameOf } from "../terminal/run-line.ts";
import { say } from "../terminal/say.ts";

const PATIENCE_MS = 10_000;

/** What a command line asks of runs. */
export interface Asked {
  readonly stop?: boolean;
  readonly pause?: boolean;
  readonly continue?: boolean;
  readonly skip?: boolean;
}

/** What a command line asks by name. */
type Action = Exclude<TrialCommand["action"], "move">;

/** A WebSocket that says, as the pages' own do, that it comes from the server that it connects to. */
export class WithOrigin extends WebSocket {
  constructor(address: string | URL) {
    super(address, { origin: new URL(address).origin.replace(/^ws/, "http") });
  }
}

/**
 * Returns the one thing that is asked of runs; undefined where nothing is.
 *
 * @throws {UserError} for more than one.
 */
export function commandOf(asked: Asked): Action | undefined {
  const actions = (["stop", "pause", "continue", "skip"] as const).filter((action) => asked[action] === true);
  if (actions.length > 1) throw new UserError(`watch: --${actions.join(" and --")} exclude each other`);
  return actions[0];
}

/**
 * Asks the process behind a feed to stop, pause or continue the runs that a pattern picks (of run id, arm or experiment), or to skip
 * such queued trials, and says so of each.
 *
 * @throws {UserError} where there are none, or the server refuses.
 */
export async function controlRuns(feed: Feed, pattern = "*", action: Action, url: string): Promise<void> {
  const live = feed.connection.pipe(filter(({ state }) => state === "live"));
  const all = combineLatest([feed.runs, feed.declarations, live]).pipe(timeout({ first: PATIENCE_MS }));
  const [runs, declarations] = await firstValueFrom(all).catch(() => {
    throw new UserError(`watch: no answer from ${url}`);
  });
  const picked = action === "skip" ? queuedOf(declarations, pattern) : runningOf(runs, pattern, action);
  if (picked.length === 0) throw new UserError(`watch: nothing to ${action} fits "${pattern}" at ${url}`);
  const refusals: string[] = [];
  for (const { name, command } of picked) {
    // One that has ended meanwhile keeps nobody from asking the others.
    await feed.control(command).then(
      () => say(`asked to ${action}: ${name}`),
      (error: unknown) => refusals.push(`${name}: ${oneLine(error).replace(/^control: /, "")}`),
    );
  }
  if (refusals.length > 0) throw new UserError(`watch: ${refusals.join("; ")}`);
}

interface Picked {
  readonly name: string;
  readonly command: TrialCommand;
}

function runningOf(runs: readonly RunState[], pattern: string, action: "stop" | "pause" | "continue"): Picked[] {
  return runs
    .filter(({ status }) => status === "running")
    .filter(({ runId, arm, experiment }) => [runId, arm, experiment].some((name) => matches([pattern], name)))
    .map((run) => ({ name: nameOf(run), command: { action, run: run.runId } }));
}

function queuedOf(declarations: readonly Declaration[], pattern: string): Picked[] {
  return declarations.flatMap(({ id, experiment, arms, trials }) =>
    trials
      .filter(({ runId }) => runId === null)
      .map(({ arm, seed }) => ({ arm: arms[arm]!.arm, seed }))
      .filter(({ arm }) => [arm, experiment].some((name) => matches([pattern], name)))
      .map(({ arm, seed }) => ({
        name: nameOf({ arm, seed }),
        command: { action: "skip", declaration: id, arm, seed } as const,
      })),
  );
}
