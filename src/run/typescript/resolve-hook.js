// Resolves for every TypeScript module, wherever it lies: `gradstream` is this package, what is not installed beside the
// module is looked for among this package's own dependencies (rxjs), and TypeScript is always an ES module.
import { sourceDoor } from "./source-door.js";

const PACKAGE = new URL("../../../package.json", import.meta.url).href;

/** @type {import("node:module").ResolveHook} */
export async function resolve(specifier, context, next) {
  const resolved = await find(specifier, context, next);
  return resolved.url.startsWith("file:") && /\.m?ts$/.test(resolved.url)
    ? { ...resolved, format: "module" }
    : resolved;
}

async function find(specifier, context, next) {
  const ours = { ...context, parentURL: PACKAGE };
  if (/^gradstream(\/|$)/.test(specifier)) return next(sourceDoor(specifier) ?? specifier, ours);
  try {
    return await next(specifier, context);
  } catch (error) {
    if (!isPackage(specifier)) throw error;
    return next(specifier, ours).catch(() => {
      throw error;
    });
  }
}

/** A bare specifier: neither a path nor a URL. */
const isPackage = (specifier) => /^[@\w]/.test(specifier) && !URL.canParse(specifier);
