/** Returns the URL of the source of one of the package's doors; undefined for what is none, and in a build. */
export function sourceDoor(specifier: string): string | undefined;
