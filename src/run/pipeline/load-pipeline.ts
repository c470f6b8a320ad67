import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, extname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { UserError } from "../../core/errors.ts";
import { checkExperiment, type Experiment } from "../../experiment/experiment.ts";
import { oneLine } from "../../core/one-line.ts";
import { say } from "../terminal/say.ts";
import { hasCrashed } from "../process/crash.ts";

const ENDINGS = [".ts", ".mts", ".js", ".mjs"];
const PIPELINES = fileURLToPath(new URL("../../../pipelines", import.meta.url));

/** A pipeline as it was loaded. */
interface Pipeline {
  /** File name without its ending. */
  readonly name: string;
  readonly file: string;
  readonly experiment: Experiment;
}

/**
 * Loads a pipeline module: a path, or the bare name of one that ships with the project.
 *
 * @throws {UserError} when there is none, when loading it throws, or when its default export is not an experiment.
 */
export async function loadPipeline(path: string): Promise<Pipeline> {
  const file = findPipeline(path);
  checkEnding(file, path);
  const name = basename(file, extname(file));
  const module = await load(file, path);
  if (module.default === undefined) {
    throw new UserError(`${path}: has no default export; write \`export default experiment({ … })\``);
  }
  return { name, file, experiment: checkExperiment(module.default, path) };
}

async function load(file: string, path: string): Promise<{ readonly default?: unknown }> {
  const tellOfExit = () => {
    if (hasCrashed()) return;
    process.exitCode = 2;
    say(`gradstream: ${path}: loading the pipeline ended the process, or waits for ever`);
  };
  process.once("exit", tellOfExit);
  try {
    return (await import(pathToFileURL(file).href)) as { readonly default?: unknown };
  } catch (error) {
    if (isTakenForCommonJs(file, error)) {
      throw new UserError(`${path}: Node takes it for CommonJS, and a pipeline is an ES module; name it .mjs or .ts`);
    }
    throw new UserError(`${path}: loading the pipeline threw: ${oneLine(error)}`);
  } finally {
    process.off("exit", tellOfExit);
  }
}

/** Tells whether an error is Node's over an ES module in a `.js` file that it reads as CommonJS. */
function isTakenForCommonJs(file: string, error: unknown): boolean {
  if (extname(file) !== ".js" || !(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  const codes = ["ERR_REQUIRE_CYCLE_MODULE", "ERR_REQUIRE_ESM", "MODULE_NOT_FOUND"];
  return codes.includes(code ?? "") || /outside a module|Unexpected token 'export'/.test(error.message);
}

/** Throws UserError when the file cannot be a pipeline by its name. */
function checkEnding(file: string, path: string): void {
  const ending = extname(file);
  if (ENDINGS.includes(ending)) return;
  throw new UserError(
    `${path}: a pipeline is an ES module; its name ends in ${ENDINGS.join(", ")}, not in ${ending || "nothing"}`,
  );
}

function findPipeline(path: string): string {
  const candidates = [resolve(path), resolve(`${path}.ts`), join(PIPELINES, path), join(PIPELINES, `${path}.ts`)];
  const found = candidates.find((file) => existsSync(file) && statSync(file).isFile());
  if (found) return found;
  const shipped = readdirSync(PIPELINES).filter((file) => file.endsWith(".ts"));
  throw new UserError(
    `no pipeline ${path}; give a path, or one of ${shipped.map((file) => file.slice(0, -3)).join(", ")}`,
  );
}
