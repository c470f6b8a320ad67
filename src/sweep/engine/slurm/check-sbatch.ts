import { UserError } from "../../../core/errors.ts";

/** Options that the script of a sweep's tasks sets itself, and what they would break. */
const OWN: readonly (readonly [RegExp, string, string])[] = [
  [/^(--job-name\b|-J)/, "--job-name", "a sweep knows its jobs by their name"],
  [/^(--array\b|-a)/, "--array", "a sweep has a task per trial"],
  [/^(--output\b|-o)/, "--output", "logs are below the sweep's folder, in slurm/batch-*/logs"],
  [/^--signal\b/, "--signal", "it warns workers before their time is up"],
  [/^--open-mode\b/, "--open-mode", "a task that starts again goes on with its log"],
  [/^--no-requeue\b/, "--no-requeue", "a task that Slurm takes away must start again"],
];

/**
 * Checks options of sbatch that a user gives.
 *
 * @throws {UserError} for one that the script of a sweep's tasks sets.
 */
export function checkSbatch(options: readonly string[]): void {
  for (const option of options) {
    const words = option.replaceAll(/"[^"]*"|'[^']*'/g, "").split(/\s+/);
    for (const [own, name, why] of OWN)
      if (words.some((word) => own.test(word)))
        throw new UserError(`--sbatch ${option}: gradstream sets ${name} (${why}); leave it out`);
  }
}
