import { expect, it } from "vitest";
import { checkSbatch } from "../../../../src/sweep/engine/slurm/check-sbatch.ts";

it.each([
  ["--job-name=mine", "--job-name"],
  ["-J mine", "--job-name"],
  ["--array=0-3", "--array"],
  ["-a0-3", "--array"],
  ["--time=60 --output=x", "--output"],
  ["-o x", "--output"],
  ["--signal=USR1@60", "--signal"],
  ["--open-mode=truncate", "--open-mode"],
  ["--no-requeue", "--no-requeue"],
])("refuses %s", (option, name) => {
  expect(() => checkSbatch(["--mem=4G", option])).toThrow(`--sbatch ${option}: gradstream sets ${name} (`);
});

it("leaves other options alone", () => {
  checkSbatch(["--partition=gpu", "-A account", "-p gpu -t 60", '--comment="a -J b"', "--error=e.txt", "--requeue"]);
});
