import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { UserError } from "../../core/errors.ts";
import { checkExperiment, type Experiment } from "../../experiment/experiment.ts";
import { oneLine } from "../../core/one-line.ts";
import { toldOfExit } from "./told-of-exit.ts";

const ENDINGS = [".ts", ".mts", ".js", ".mjs"];
/** Where this runs from a build, the pipelines that ship with it are part of that. */
const IS_BUILD = !import.meta.url.endsWith(".ts");
const OWN_ENDING = IS_BUILD ? ".js" : ".ts";
const PIPELINES = fileURLToPath(new URL(IS_BUILD ? "../../pipelines" : "../../../pipelines", import.meta.url));
/** Folders of those that ship, below that. */
const FOLDERS = ["", "examples"];
const REGISTER = new URL("../register.js", import.meta.url).href;

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
  const name = basename(file, extname(file));
  const module = await load(file, path);
  if (module.default === undefined) {
    throw new UserError(`${path}: has no default export; write \`export default experiment({ … })\``);
  }
  return { name, file, experiment: checkExperiment(module.default, path) };
}

async function load(file: string, path: string): Promise<{ readonly default?: unknown }> {
  try {
    if (IS_BUILD && !FOLDERS.some((folder) => dirname(file) === join(PIPELINES, folder))) await registerTypeScript();
    return await toldOfExit(path, "loading the pipeline", () => import(pathToFileURL(file).href) as Promise<object>);
  } catch (error) {
    if (isTakenForCommonJs(file, error)) {
      throw new UserError(`${path}: Node takes it for CommonJS, and a pipeline is an ES module; name it .mjs or .ts`);
    }
    throw new UserError(`${path}: loading the pipeline threw: ${oneLine(error)}`);
  }
}

/**
 * Makes a build load TypeScript too, and find `gradstream` wherever the pipeline lies. Our own modules come before: each
 * that is loaded behind ts-node asks its thread, which takes longer than the rest.
 */
async function registerTypeScript(): Promise<void> {
  await import("../../index.ts");
  await import(REGISTER);
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

/**
 * Finds the file of a pipeline: a path, or the bare name of one that ships with the project.
 *
 * @throws {UserError} when there is none, or its name is not that of a module.
 */
export function findPipeline(path: string): string {
  const own = join(PIPELINES, path.endsWith(".ts") ? path.slice(0, -3) : path);
  const candidates = [resolve(path), resolve(`${path}.ts`), `${own}${OWN_ENDING}`];
  const found = candidates.find((file) => existsSync(file) && statSync(file).isFile());
  if (found) {
    checkEnding(found, path);
    return found;
  }
  throw new UserError(`no pipeline ${path}; give a path, or one of ${shippedPipelines().join(", ")}`);
}

/** Lists the names of the pipelines that ship, examples last: `landscape`, `examples/residual`. */
export function shippedPipelines(): readonly string[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(PIPELINES, folder)).flatMap((name) =>
      extname(name) === OWN_ENDING ? [`${folder === "" ? "" : `${folder}/`}${name.slice(0, -3)}`] : [],
    ),
  );
}
