import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { UserError } from "../../core/errors.ts";
import { shellQuoted } from "../../core/shell-quoted.ts";
import { packageVersion } from "../process/version.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const TEMPLATE = join(ROOT, "templates/project");
/** Files of a new project, each with the file of the template that it comes from. */
const FILES: Readonly<Record<string, string>> = {
  "package.json": "package.template.json",
  "tsconfig.json": "tsconfig.template.json",
  ".gitignore": "gitignore",
  "README.md": "README.md",
  "pipelines/first.ts": "pipelines/first.ts",
};

const EXAMPLES = `
Writes package.json, tsconfig.json, .gitignore, README.md and pipelines/first.ts. Where one of them is there already, it names
it and writes nothing.

Examples:
  $ gradstream init experiments
  $ npm create gradstream experiments`;

/** Makes `gradstream init`, which writes a small project that works at once. */
export function initCommand(): Command {
  return new Command("init")
    .description("make a small project with a pipeline that trains at once")
    .argument("[folder]", "where it goes; made if it is not there", ".")
    .addHelpText("after", EXAMPLES)
    .action(init);
}

function init(folder: string): void {
  const there = Object.keys(FILES).filter((file) => existsSync(join(folder, file)));
  if (there.length > 0) {
    throw new UserError(`init: ${folder} has ${there.join(", ")} already; nothing was written. Name another folder`);
  }
  try {
    for (const [file, from] of Object.entries(FILES)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      if (file === "package.json") writeFileSync(join(folder, file), packageText(folder, from));
      else cpSync(join(TEMPLATE, from), join(folder, file));
    }
  } catch (error) {
    throw new UserError(`init: ${folder} cannot be written to: ${(error as Error).message}`);
  }
  const enter = relative(".", folder) === "" ? "" : `  cd ${shellQuoted(folder)}\n`;
  process.stdout.write(
    `${folder} is ready: ${Object.keys(FILES).join(", ")}. Next:\n${enter}  npm install\n  npm start\n`,
  );
}

/** Writes the project's package.json: named by its folder, with this version of gradstream and the rxjs that goes with it. */
function packageText(folder: string, from: string): string {
  const project = JSON.parse(readFileSync(join(TEMPLATE, from), "utf8")) as { name: string; dependencies: object };
  const own = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    readonly dependencies: { readonly rxjs: string };
  };
  project.name = nameFrom(folder) || project.name;
  project.dependencies = { gradstream: `^${packageVersion()}`, rxjs: own.dependencies.rxjs };
  return `${JSON.stringify(project, null, 2)}\n`;
}

/** Returns a folder's name as npm takes names: lower case, without what they cannot have. */
function nameFrom(folder: string): string {
  return basename(resolve(folder))
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, "-")
    .replaceAll(/^[._-]+|-+$/g, "");
}
