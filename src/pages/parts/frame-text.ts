// How connection and runs stand, in words.

import type { ConnectionState } from "../../feed/client/index.ts";
import { counted } from "../../view/numbers.ts";
import type { Selection } from "./context.ts";

export type Stage = "empty" | "waiting" | "running" | "ended";

/** Writes what the pill says of a stage; `whole` is how far all is that is trained here. */
export function stageText(stage: Stage, { runs }: Pick<Selection, "runs">, whole?: string): string {
  if (stage === "empty") return "no runs yet";
  if (stage === "waiting") return "waiting for the first step…";
  const of = (wanted: string): number => runs.filter(({ status }) => status === wanted).length;
  if (stage === "running") return `live, ${whole ?? `${of("running")} of ${counted(runs.length, "run")} going`}`;
  return of("diverged") === 0 ? "finished" : `finished, ${counted(of("diverged"), "run")} diverged`;
}

/** Returns how far the runs shown have come, after which others are `queued`. */
export function stageOf(
  { runs, underWay, started }: Pick<Selection, "runs" | "underWay" | "started">,
  queued = 0,
): Stage {
  if (runs.length === 0) return "empty";
  if (!underWay && queued === 0) return "ended";
  return started ? "running" : "waiting";
}

/** Names the experiments of runs; without runs the one that was chosen. */
export const experimentsOf = ({ runs, experiment = "" }: Pick<Selection, "runs" | "experiment">): string =>
  runs.length === 0 ? experiment : [...new Set(runs.map((run) => run.experiment))].join(", ");

/** Writes what the runs have in common: experiment, network, data set, backend. */
export function aboutOf({ runs, experiment }: Pick<Selection, "runs" | "experiment">): string {
  const distinct = (key: "network" | "dataset" | "backend"): string => {
    const values = [...new Set(runs.map((run) => run[key]).filter(Boolean))];
    return values.length > 2 ? counted(values.length, key) : values.join("; ");
  };
  return [experimentsOf({ runs, experiment }), ...(["network", "dataset", "backend"] as const).map(distinct)]
    .filter(Boolean)
    .join(" · ");
}

/** Writes what screen readers are told: changes of state, not steps. */
export function announcement(stage: Stage, { runs }: Pick<Selection, "runs">, connection: ConnectionState): string {
  if (stage === "empty") return connection.state === "live" ? "Connected. No runs yet." : "Connecting.";
  if (stage === "waiting") return "Connected. Waiting for the first step.";
  if (runs.length > 12)
    return `${counted(runs.length, "run")}, ${runs.filter(({ status }) => status === "running").length} running.`;
  return runs.map(({ arm, seed, status }) => `${arm}, seed ${seed}: ${status}`).join(". ");
}

/** Writes what the banner says; `lostAt` is when the connection was lost, where that was seen. */
export function lostText(
  stage: Stage,
  connection: ConnectionState,
  lostAt: Date | undefined,
  now = Date.now(),
): string {
  const when = lostAt === undefined ? "" : ` at ${lostAt.toLocaleTimeString()}`;
  const { retryAt, reason } = connection.state === "disconnected" ? connection : { retryAt: 0, reason: "" };
  const wait = Math.max(0, Math.ceil((retryAt - now) / 1000));
  const retry = wait === 0 ? "Trying again now…" : `Trying again in ${wait} s.`;
  return stage === "ended"
    ? `The server has closed${when}. All runs had ended: these are the final numbers. ${retry}`
    : `Connection lost${when}${reason ? ` (${reason})` : ""}. What had arrived stays here; nothing recorded is lost. ${retry}`;
}
