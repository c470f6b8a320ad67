import { statfs } from "node:fs/promises";
import { UserError } from "../core/errors.ts";
import { roomFor } from "./within-size.ts";
import { isProgram, runTool, type Environment } from "./tool.ts";

const GIGABYTE = 1e9;

interface WheelTools {
  /** The C++ compiler and its first arguments. */
  readonly compiler: readonly string[];
  /** Undefined where no pip is needed. */
  readonly python: Python | undefined;
}

export interface Python {
  readonly program: string;
  /** Of the Python that a wheel is asked for. */
  readonly version: string;
}

export const npm = process.platform === "win32" ? "npm.cmd" : "npm";

/** Checks what any way of setting up needs. @throws {UserError} that lists everything this machine lacks of it. */
export async function requireBasics(root: string, gpu: boolean, env: Environment): Promise<void> {
  const needed = roomFor(gpu);
  const { bavail, bsize } = await statfs(root);
  const missing: string[] = [];
  if (bavail * bsize < needed) {
    const free = ((bavail * bsize) / GIGABYTE).toFixed(1);
    missing.push(`${needed / GIGABYTE} GB of disk space at ${root} (${free} GB are free)`);
  }
  if (!isProgram(npm, env)) missing.push("npm (it comes with Node.js)");
  refuse(missing);
}

/** Checks what the way by Python wheel needs. @throws {UserError} that lists everything this machine lacks of it. */
export async function requireWheelTools(env: Environment, signal: AbortSignal, pip: boolean): Promise<WheelTools> {
  const missing: string[] = [];
  const compiler = findCompiler(env);
  if (!compiler) {
    const named = env["CXX"] ? `CXX=${env["CXX"]} is not a program` : "install g++ or clang++, or set CXX";
    missing.push(`a C++ compiler (${named})`);
  }
  const python = pip ? await findPython(env, signal) : undefined;
  if (pip && python === undefined) {
    missing.push("Python's pip (install python3 and python3-pip, or give a downloaded wheel with --wheel)");
  }
  refuse(missing);
  return { compiler: compiler!, python };
}

/** Returns the C++ compiler and its first arguments: CXX, or the first that is there. */
export function findCompiler(env: Environment): readonly string[] | undefined {
  const candidates = env["CXX"] ? [env["CXX"]] : ["c++", "g++", "clang++"];
  return candidates.map((text) => text.trim().split(/\s+/)).find(([program]) => isProgram(program!, env));
}

async function findPython(env: Environment, signal: AbortSignal): Promise<Python | undefined> {
  for (const program of ["python3", "python"].filter((name) => isProgram(name, env))) {
    const { ok, stdout } = await runTool([program, "-m", "pip", "--version"], { env, signal });
    if (ok) return { program, version: wheelPython(stdout) };
  }
  return undefined;
}

/**
 * Returns the Python version to ask for, from what `pip --version` says: any would do, since nothing of Python is used,
 * but an index of the site's own may hold wheels for its own Python only. TensorFlow has them for 3.10 to 3.13.
 */
export function wheelPython(pipVersion: string): string {
  return /\(python (3\.1[0-3])\)/.exec(pipVersion)?.[1] ?? "3.12";
}

function refuse(missing: readonly string[]): void {
  if (missing.length > 0) throw new UserError(`setup tensorflow: missing: ${missing.join("; ")}`);
}
