import { readFileSync } from "node:fs";
import { codeVersion } from "./version.ts";

const NAMED = ["@tensorflow/tfjs-core", "@duckdb/node-api", "rxjs"];

/** Returns the versions of what trains and records here, by name. */
export function versions(): Readonly<Record<string, string>> {
  const { dependencies } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  return {
    gradstream: codeVersion(),
    node: process.versions.node,
    ...Object.fromEntries(NAMED.map((name) => [name, dependencies[name]!])),
  };
}
