import { expect, it } from "vitest";
import { taskScript } from "../../../../src/sweep/engine/slurm/task-script.ts";

const task = { name: "n", count: 2, command: ["node", "w.js"], sbatch: ["--time=60"], graceS: 120 };

it.each([
  ["/shared/sweeps", "/shared/sweeps"],
  ["/home/me/my runs", "/home/me/my runs"],
  ['/a/100 %j "of it"', '/a/100 %%j \\"of it\\"'],
])("names the files of what %s says as one word, in which nothing is replaced", (batch, written) => {
  const script = taskScript({ ...task, batch });
  expect(script).toContain(`\n#SBATCH --output="${written}/logs/%a.txt"\n`);
});
