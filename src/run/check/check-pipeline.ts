import { resolveHyper } from "../../experiment/experiment.ts";
import type { OutputOptions } from "../command-line/output-options.ts";
import { ready, seedsOf, settingsOf, type TrainingOptions } from "../command-line/options.ts";
import { pipelineArms } from "../pipeline/pipeline-arms.ts";
import { findPipeline, loadPipeline } from "../pipeline/load-pipeline.ts";
import { checkClaimsAlone } from "../runner/judge-claims.ts";
import { leftOut, leftOutLine, withPreviewer } from "../runner/preview.ts";
import { shared } from "../runner/shared-data.ts";
import { fittedTo } from "../runner/trials.ts";
import { jsonText } from "../terminal/json-text.ts";
import { renderTable } from "../terminal/render.ts";
import { say } from "../terminal/say.ts";

/** Options of `checkPipeline`: those of `gradstream run` that say what would train. */
type CheckOptions = TrainingOptions & OutputOptions;

/** An arm as it would train. */
interface CheckedArm {
  readonly arm: string;
  readonly network: string;
  readonly data: string;
  readonly probes: readonly string[];
  /** Why it cannot train. */
  readonly refusal?: string;
}

/**
 * Checks a pipeline's types and the SQL of its claims, and looks at its arms up to the first batch. Trains nothing and opens
 * no store. Exit code 2 where there is a mistake.
 *
 * @throws {UserError} for a pipeline that cannot be loaded, an arm or a setting that it has not, or a claim that cannot be
 * judged.
 */
export async function checkPipeline(path: string, options: CheckOptions): Promise<void> {
  const file = findPipeline(path);
  const { typeMistakes } = await import("./type-mistakes.ts");
  const mistakes = typeMistakes(file);
  if (mistakes.length > 0) {
    for (const { file: place, line, column, message } of mistakes) say(`${place}:${line}:${column}: ${message}`);
    if (options.json) process.stdout.write(jsonText({ mistakes, arms: [] }));
    process.exitCode = 2;
    return;
  }
  const { name, experiment } = await loadPipeline(path);
  const hyper = resolveHyper(experiment, options.scale, settingsOf(options));
  const arms = await pipelineArms(path, experiment, hyper, options.arm);
  const names = Object.keys(arms);
  await checkClaimsAlone({ name, experiment, hyper });
  const [seed] = seedsOf(options) ?? [0];
  const previews = await withPreviewer(file, async (look) => {
    const { data, backend } = await ready(options);
    return look({ arms: names, seed: seed!, hyper: fittedTo(data, hyper), data: shared(data), backend });
  });
  const without = leftOut(previews, names);
  const checked = names.map((arm): CheckedArm => {
    const { dataset = "", probes = [], refusal } = previews.get(arm) ?? {};
    const fitting = probes.filter(({ misfit }) => misfit === undefined).map(({ name }) => name);
    return { arm, network: arms[arm]!.network.name, data: dataset, probes: fitting, ...(refusal ? { refusal } : {}) };
  });
  for (const { arm, refusal } of checked) if (refusal) say(`${arm}: ${refusal}`);
  for (const one of without) say(leftOutLine(one));
  if (options.json) process.stdout.write(jsonText({ mistakes, arms: checked }));
  else if (!options.quiet) process.stdout.write(tableOf(checked));
  if (checked.some(({ refusal }) => refusal !== undefined)) process.exitCode = 2;
}

function tableOf(arms: readonly CheckedArm[]): string {
  const columns = ["arm", "network", "data", "probes"].map((name) => ({ name, type: "VARCHAR" }));
  const rows = arms.map(({ arm, network, data, probes }) => [arm, network, data, [...new Set(probes)].join(", ")]);
  return renderTable({ columns, rows });
}
