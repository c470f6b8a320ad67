import { basename } from "node:path";
import { UserError } from "../core/errors.ts";

export interface Machine {
  /** As `process.platform` and `process.arch` have it. */
  readonly platform: string;
  readonly arch: string;
}

/** Hash and size of a file, from a line of a wheel's RECORD. */
export interface RecordEntry {
  /** SHA-256 as base64url without padding. */
  readonly sha256: string;
  readonly size: number;
}

const ARCHS: Readonly<Record<string, string>> = { x64: "x86_64", arm64: "aarch64" };

/** Returns the wheels' name of this machine's processor; undefined where there are no wheels that we can use. */
export function wheelArch({ platform, arch }: Machine): string | undefined {
  return platform === "linux" ? ARCHS[arch] : undefined;
}

/**
 * Reads version and platform tags of `<project>-<version>[-<build>]-<python>-<abi>-<platforms>.whl`.
 *
 * @throws {UserError} for a name of another form.
 */
export function parseWheelName(path: string): { project: string; version: string; platforms: readonly string[] } {
  const parts = /^([^-]+)-([^-]+)(?:-\d[^-]*)?-[^-]+-[^-]+-([^-]+)\.whl$/.exec(basename(path));
  if (!parts) throw new UserError(`setup tensorflow: ${path} is not named as wheels are (….whl); give it its own name`);
  return { project: parts[1]!, version: parts[2]!, platforms: parts[3]!.split(".") };
}

/** Returns the platforms of a WHEEL file's tags. */
export function platformsOf(wheelFile: string): readonly string[] {
  return [...wheelFile.matchAll(/^Tag: \S*-(\S+?)\s*$/gm)].flatMap(([, platforms]) => platforms!.split("."));
}

/** Checks a wheel's platforms. @throws {UserError} when they are not this machine's. */
export function requirePlatform(path: string, platforms: readonly string[], machine: Machine): void {
  const arch = wheelArch(machine) ?? "";
  const fits = platforms.some(
    (name) => name === "any" || /^(?:many)?linux[\d_]*_(x86_64|aarch64)$/.exec(name)?.[1] === arch,
  );
  if (fits) return;
  const own = `${machine.platform} ${machine.arch}`;
  throw new UserError(
    `setup tensorflow: ${path} is for ${platforms.join(", ") || "no platform"}, this machine is ${own}; ` +
      `get the wheel for ${arch === "" ? own : `manylinux ${arch}`}`,
  );
}

/** Reads the lines of a RECORD file that carry a hash. */
export function parseRecord(text: string): ReadonlyMap<string, RecordEntry> {
  const files = new Map<string, RecordEntry>();
  for (const [, quoted, plain, sha256, size] of text.matchAll(
    /^(?:"((?:[^"]|"")*)"|([^,\n]*)),sha256=([\w-]+)=*,(\d+)\r?$/gm,
  )) {
    files.set(quoted?.replaceAll('""', '"') ?? plain!, { sha256: sha256!, size: Number(size) });
  }
  return files;
}

/** Returns what a METADATA file asks for under an extra, as pip takes it: `nvidia-cublas-cu12<13.0,>=12.5.3.2`. */
export function requirementsOf(metadata: string, extra: string): readonly string[] {
  return [...metadata.matchAll(/^Requires-Dist: ([^;\n]+);(.*)$/gm)]
    .filter(([, , marker]) => new RegExp(`\\bextra == ["']${extra}["']`).test(marker!))
    .map(([, requirement]) => requirement!.replaceAll(/[\s()]/g, ""));
}

/** Returns the project of a requirement, as wheels' file names spell it: `nvidia_cublas_cu12`. */
export function projectOf(requirement: string): string {
  return /^[\w.-]+/
    .exec(requirement)![0]
    .replaceAll(/[-_.]+/g, "_")
    .toLowerCase();
}
