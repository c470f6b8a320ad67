import type { Declaration } from "../protocol/declaration.ts";
import { PROTOCOL } from "../protocol/protocol.ts";
import type { ServerMessage } from "../protocol/server-messages.ts";
import type { HubOptions } from "./hub-options.ts";
import type { RunEntry } from "./registry.ts";
import { storedOf, withNumber } from "./run-progress.ts";

/** Returns what a client hears first: who speaks, what it may do, all runs, what is declared, and what is on disk. */
export function greetingOf(
  { epoch, store, keeps = false }: Pick<HubOptions, "epoch" | "store" | "keeps">,
  runs: readonly RunEntry[],
  declarations: readonly Declaration[],
  controls: boolean,
): readonly ServerMessage[] {
  return [
    { type: "hello", protocol: PROTOCOL, epoch, store, controls, keeps: controls && keeps },
    { type: "runs", runs: runs.map(withNumber) },
    { type: "declared", declarations },
    { type: "stored", runs: runs.flatMap(storedOf) },
  ];
}
