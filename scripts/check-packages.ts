/**
 * Checks the packages that an installation brings: their licences, by the lock file, and known vulnerabilities, by npm
 * audit where the registry answers it. Exit code 1 where something is found.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { otherLicences, type Locked } from "./licences.ts";

interface Audit {
  readonly error?: { readonly summary: string };
  readonly message?: string;
  readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string; readonly range: string }>>;
}

const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as {
  readonly packages: Readonly<Record<string, Locked>>;
};
const others = otherLicences(packages);
for (const line of others) console.error(`licence: ${line}`);

const isWindows = process.platform === "win32";
const { stdout } = spawnSync("npm", ["audit", "--omit=dev", "--json"], {
  encoding: "utf8",
  shell: isWindows,
  // A registry that cannot be reached is tried again and again.
  timeout: 120_000,
});
const audit = parsed(stdout);
const found = Object.entries(audit.vulnerabilities ?? {});
if (audit.vulnerabilities === undefined) {
  console.error(
    `npm audit: skipped, the registry does not answer it (${audit.message ?? audit.error?.summary ?? "no answer"})`,
  );
}
for (const [name, { severity, range }] of found) console.error(`npm audit: ${name} ${range}: ${severity}`);
if (others.length + found.length > 0) process.exitCode = 1;
else
  console.log(
    `packages: licences are as allowed${audit.vulnerabilities ? ", and npm audit knows no vulnerability" : ""}`,
  );

function parsed(text: string): Audit {
  try {
    return JSON.parse(text) as Audit;
  } catch {
    return {};
  }
}
