import { quoted } from "../store/quoted.ts";

/** Writes SQL that makes the paper's views speak of these runs, and of no newer ones, on the connection that runs it. */
export const choiceOf = (runIds: readonly string[]): string =>
  `SET VARIABLE paper_runs = [\n  ${runIds.map(quoted).join(",\n  ")}\n]::VARCHAR[]`;
