/** On Windows what npm installs are scripts, which Node starts through a shell only. */
export const isScript = (command: string): boolean => process.platform === "win32" && command !== process.execPath;
