import { UserError } from "../../core/errors.ts";
import { shellQuoted } from "../../core/shell-quoted.ts";
import { storeOption } from "../../run/command-line/default-store.ts";
import type { LedgerSweep } from "../ledger/ledger.ts";
import type { SweepCommandOptions } from "./options.ts";

/** Returns the command that goes on with a sweep, but for `--resume` or `--only-failed`, without the queue's password. */
export function goOnCommand(
  path: string,
  { store, queue, slurm, sbatch, receive }: SweepCommandOptions,
  place: string | undefined,
): string {
  const options = [
    ...(place === undefined ? [] : [`--place ${shellQuoted(place)}`]),
    ...(queue === undefined ? [] : [`--queue ${shellQuoted(withoutPassword(queue))}`]),
    ...(receive === undefined ? [] : [`--receive ${shellQuoted(receive)}`]),
    ...(slurm ? ["--slurm"] : []),
    ...sbatch.map((option) => `--sbatch=${shellQuoted(option)}`),
  ];
  return `gradstream sweep ${shellQuoted(path)}${storeOption(store)}${options.map((option) => ` ${option}`).join("")}`;
}

function withoutPassword(url: string): string {
  const shown = new URL(url);
  shown.password = "";
  if (shown.searchParams.has("password")) shown.searchParams.delete("password");
  return shown.href;
}

/**
 * Checks that a sweep goes on with somebody to hand its trials out, as it began.
 *
 * @throws {UserError} for one of a queue or of Slurm where neither is given.
 */
export function checkEngine(
  { engine = "embedded", manifest }: Pick<LedgerSweep, "engine" | "manifest">,
  { queue, slurm }: Pick<SweepCommandOptions, "queue" | "slurm">,
): void {
  if (engine === "embedded" || slurm || queue !== undefined) return;
  const who = `sweep: ${manifest.sweepId}`;
  if (engine === "slurm") throw new UserError(`${who} is trained by Slurm; give --slurm too`);
  throw new UserError(`${who} hands its trials out through a queue; give --queue ${engine}://… too`);
}
