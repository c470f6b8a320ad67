/** A package as package-lock.json has it. */
export interface Locked {
  readonly license?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
}

/** Licences under which what people install may be: all let it be used and passed on, with their text. */
const ALLOWED = new Set(
  "MIT ISC Apache-2.0 BSD-2-Clause BSD-3-Clause BlueOak-1.0.0 0BSD Unlicense CC0-1.0 Python-2.0".split(" "),
);

/** Lists the packages, development packages aside, whose licence is none of the allowed ones: `name: licence`. */
export function otherLicences(packages: Readonly<Record<string, Locked>>): readonly string[] {
  return Object.entries(packages).flatMap(([path, { license, dev, link }]) =>
    path === "" || dev || link || isAllowed(license)
      ? []
      : [`${path.replace(/^.*node_modules\//, "")}: ${license ?? "none"}`],
  );
}

/** Of a choice one must be allowed, of several together all. */
function isAllowed(license = ""): boolean {
  const parts = license.replaceAll(/[()]/g, "").split(" OR ");
  return parts.some((part) => part.split(" AND ").every((name) => ALLOWED.has(name)));
}
