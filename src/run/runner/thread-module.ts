const STARTERS = { worker: "start", preview: "start-preview" } as const;

/** Returns the module that a thread starts with: from sources a script that first registers TypeScript. */
export function threadModule(name: keyof typeof STARTERS): URL {
  const isSource = import.meta.url.endsWith(".ts");
  return new URL(`../worker/${isSource ? STARTERS[name] : name}.js`, import.meta.url);
}
