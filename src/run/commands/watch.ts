import { Command, Option } from "commander";
import { connect, type ConnectionState, type Feed } from "../../feed/client/node.ts";
import { UserError } from "../../core/errors.ts";
import { DEFAULT_PORT } from "../../feed/server/server.ts";
import { onInterrupt } from "../process/interrupt.ts";
import { outputOptions, type OutputOptions } from "../command-line/output-options.ts";
import { EXIT_CODES, exitCodeOf } from "../command-line/exit-code.ts";
import { Board, type RunsBoard } from "../watch/board.ts";
import { JsonBoard } from "../watch/json-board.ts";
import { EndsBoard } from "../watch/ends-board.ts";
import { commandOf, controlRuns, WithOrigin, type Asked } from "../watch/control-runs.ts";
import { watchRuns, type WatchedRun } from "../watch/watched.ts";

/** A run that follows another starts within this time. */
const GRACE_MS = 2000;

const EXAMPLES = `
[run] is a pattern of run ids, arms or experiments, with * for any characters; without it, the runs under way.
Ends when they have ended, with the exit code of gradstream run, but 1 whatever made one fail.
Reads from the feed alone: leaving changes nothing for the runs; --stop, --pause, --continue and --skip do, and end at once.
With --json, standard output gets a line of JSON for each run that changed, once a second at most.

Examples:
  $ gradstream watch
  $ gradstream watch "batch*"
  $ gradstream watch "noisy*" --stop
  $ gradstream watch --json | jq -c "[.arm, .step, .loss]"
  $ gradstream watch --url "http://somewhere:11604/?token=…"
${EXIT_CODES}`;

/** Makes `gradstream watch`, which shows in a terminal how runs are doing. */
export function watchCommand(): Command {
  const command = new Command("watch")
    .description("show in this terminal how runs are doing, from the feed of a gradstream run or serve")
    .argument("[run]", "runs, arms or experiments to show (default: what is under way)")
    .option("--url <url>", "the live page's address", `http://127.0.0.1:${DEFAULT_PORT}/`)
    .addOption(new Option("--stop", "stop these runs after their step, as Ctrl-C would"))
    .addOption(new Option("--pause", "let these runs wait before their next step"))
    .addOption(new Option("--continue", "let these runs go on"))
    .addOption(new Option("--skip", "take the queued trials of these arms or experiments out of the queue"))
    .addHelpText("after", EXAMPLES)
    .action(watch);
  return outputOptions(command, "only how the runs ended, a line each, when all have");
}

interface WatchOptions extends OutputOptions, Asked {
  readonly url: string;
}

async function watch(pattern: string | undefined, options: WatchOptions): Promise<void> {
  const { url } = options;
  const asked = commandOf(options);
  const address = await reachable(url);
  const feed = connect(address, { WebSocket: WithOrigin as unknown as typeof WebSocket });
  if (asked) return controlRuns(feed, pattern, asked, url).finally(() => feed.close());
  const board = boardFor(options);
  try {
    let leave: () => void = () => undefined;
    const left = new Promise<undefined>((resolve) => (leave = () => resolve(undefined)));
    const runs = await onInterrupt(leave, () => Promise.race([left, ended(feed, pattern, board)]));
    if (runs?.length === 0) throw new UserError(noRun(pattern, url));
    process.exitCode = runs ? exitCodeOf(runs.map(({ state }) => state.status)) : 130;
  } finally {
    board.close();
    feed.close();
  }
}

function boardFor({ json, quiet }: WatchOptions): RunsBoard {
  if (json) return new JsonBoard(process.stdout, process.stderr);
  return quiet ? new EndsBoard(process.stderr) : new Board(process.stderr);
}

/** Resolves with the runs when all of them have ended and no other has followed. */
function ended(feed: Feed, pattern: string | undefined, board: RunsBoard): Promise<readonly WatchedRun[]> {
  return new Promise((resolve) => {
    let runs: readonly WatchedRun[] = [];
    let connection: ConnectionState = { state: "connecting" };
    let quiet: NodeJS.Timeout | undefined;
    const isUnderWay = () => runs.some(({ state }) => state.status === "running");
    const check = () => {
      clearTimeout(quiet);
      if (connection.state === "connecting" || isUnderWay()) return;
      quiet = setTimeout(() => resolve(runs), connection.state === "disconnected" ? 0 : GRACE_MS);
    };
    feed.connection.subscribe((now) => {
      if (now.state === "disconnected" && connection.state === "live" && isUnderWay())
        board.note(`disconnected: ${now.reason || now.code}; trying again`);
      connection = now;
      check();
    });
    watchRuns(feed, pattern, (now) => {
      runs = now;
      board.show(now);
      check();
    });
  });
}

/** Returns the page's URL. @throws {UserError} when no server of ours answers there, or it asks for a token. */
async function reachable(text: string): Promise<string> {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new UserError(`watch: ${text} is not an address such as http://127.0.0.1:${DEFAULT_PORT}/`);
  }
  const url = new URL("client.js", text);
  url.search = new URL(text).search;
  const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(5000) }).catch(() => undefined);
  if (response?.status === 401)
    throw new UserError(`watch: ${text} asks for its token: give the address as it was printed`);
  if (response === undefined || ![200, 303].includes(response.status)) {
    throw new UserError(
      `watch: no gradstream at ${text}: start one (gradstream run, gradstream serve) or name its --url`,
    );
  }
  return text;
}

function noRun(pattern: string | undefined, url: string): string {
  return pattern === undefined
    ? `watch: ${url} has no run yet`
    : `watch: no run, arm or experiment fits "${pattern}" at ${url}`;
}
