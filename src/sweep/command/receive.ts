import { randomBytes } from "node:crypto";
import { UserError } from "../../core/errors.ts";
import { shellQuoted } from "../../core/shell-quoted.ts";
import { say } from "../../run/terminal/say.ts";
import { openPlace } from "../place/open-place.ts";
import { servePlace, type PlaceServer } from "../place/serve-place.ts";
import type { SweepCommandOptions } from "./options.ts";

const MOST_PORT = 65_535;

/** Reads `port` or `host:port`. @throws {UserError} for any other text. */
export function receiveAddress(text: string): { readonly host: string; readonly port: number } {
  const [, host = "127.0.0.1", port] = /^(?:(.+):)?(\d{1,5})$/.exec(text) ?? [];
  if (port === undefined || Number(port) > MOST_PORT)
    throw new UserError(`--receive ${text}: it must be a port up to ${MOST_PORT}, or host:port`);
  return { host: host.replace(/^\[(.*)\]$/, "$1"), port: Number(port) };
}

/**
 * Serves the folder of results to workers elsewhere, where that was asked for.
 *
 * @throws {UserError} for an address on which this machine cannot listen.
 */
export async function receive(
  { receive: address, queue }: SweepCommandOptions,
  folder: string,
): Promise<{ readonly server: PlaceServer | undefined; readonly tellHowToJoin: () => void }> {
  // Also where little is said: nobody joins without it.
  const joinBy = (results: string) => () =>
    say(`join with: gradstream worker --queue ${shellQuoted(queue!)} --results ${shellQuoted(results)}`);
  if (address === undefined)
    return { server: undefined, tellHowToJoin: queue === undefined ? () => undefined : joinBy(folder) };
  const { host, port } = receiveAddress(address);
  const token = randomBytes(16).toString("base64url");
  const server = await servePlace(openPlace({ kind: "folder", folder }), token, host, port);
  return { server, tellHowToJoin: joinBy(`${server.url}#${token}`) };
}
