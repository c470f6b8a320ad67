import { shellQuoted } from "../../../core/shell-quoted.ts";
import { BATCH_VARIABLE } from "./task-array.ts";

/** What a task's script is made of. */
export interface Task {
  readonly name: string;
  /** How many tasks the array has. */
  readonly count: number;
  /** The batch's folder, which every machine sees. */
  readonly batch: string;
  /** Program and arguments that each task runs. */
  readonly command: readonly string[];
  /** Options of sbatch: partition, time, memory. */
  readonly sbatch: readonly string[];
  /** Seconds before the end of its time at which a task is warned. */
  readonly graceS: number;
}

/** A path between double quotes, in which sbatch replaces nothing. */
const escaped = (path: string): string => path.replace(/["\\]/g, "\\$&").replaceAll("%", "%%");

/**
 * Writes the script of an array of tasks. A task that is warned, or taken away, tells its program to stop and give its
 * trials back, and stays until Slurm ends it: one that leaves by itself would have failed, and not be started again.
 * Slurm sends USR2, as USR1 opens Node's debugger.
 */
export function taskScript({ name, count, batch, command, sbatch, graceS }: Task): string {
  const options = [
    `--job-name=${name}`,
    `--array=0-${count - 1}`,
    "--requeue",
    `--signal=B:USR2@${graceS}`,
    "--open-mode=append",
    `--output="${escaped(batch)}/logs/%a.txt"`,
    ...sbatch,
  ];
  return `#!/bin/bash
${options.map((option) => `#SBATCH ${option}`).join("\n")}
export ${BATCH_VARIABLE}=${shellQuoted(batch)}
why= child=
stop() {
  why=$1
  [ -z "$child" ] || kill -TERM "$child" 2>/dev/null
}
trap 'stop time' USR2
trap 'stop taken' TERM
${command.map(shellQuoted).join(" ")} &
child=$!
[ -z "$why" ] || kill -TERM "$child"
while :; do
  wait "$child"
  code=$?
  kill -0 "$child" 2>/dev/null || break
done
[ "$why" != time ] || scontrol requeue "$SLURM_JOB_ID"
while [ -n "$why" ]; do
  sleep 1
done
exit "$code"
`;
}
