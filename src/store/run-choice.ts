import { quoted } from "./quoted.ts";

/** Which runs of a store are meant. What is absent lets all through. */
export interface RunChoice {
  readonly experiment?: string | undefined;
  /** Names. */
  readonly arm?: readonly string[] | undefined;
  /** An id, or how one begins. */
  readonly run?: string | undefined;
  readonly status?: string | undefined;
  /** Started before this time, in milliseconds since the Unix epoch. */
  readonly startedBefore?: number | undefined;
}

/** Writes a choice as a condition of SQL on the rows of `run`. */
export function choiceSql({ experiment, arm, run, status, startedBefore }: RunChoice): string {
  const terms = ["true"];
  if (experiment !== undefined) terms.push(`experiment = ${quoted(experiment)}`);
  if (arm !== undefined) terms.push(`list_contains([${arm.map(quoted).join(", ")}]::VARCHAR[], arm)`);
  if (run !== undefined) terms.push(`starts_with(run_id, ${quoted(run)})`);
  if (status !== undefined) terms.push(`status = ${quoted(status)}`);
  if (startedBefore !== undefined)
    terms.push(`started_at < make_timestamp(${Math.round(startedBefore)}::BIGINT * 1000)`);
  return terms.join(" AND ");
}

/** Says in words which runs were asked for: ` of experiment noisy`; nothing where all were. */
export function choiceText({ experiment, arm, run, status, startedBefore }: RunChoice): string {
  const parts = [
    experiment === undefined ? "" : ` of experiment ${experiment}`,
    arm === undefined ? "" : ` of arm ${arm.join(" or ")}`,
    run === undefined ? "" : ` whose id begins with ${run}`,
    status === undefined ? "" : ` that is ${status}`,
    startedBefore === undefined ? "" : ` that started before ${new Date(startedBefore).toISOString()}`,
  ];
  return parts.join("");
}
