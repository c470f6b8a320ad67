import { folderPlace } from "./folder-place.ts";
import { httpPlace } from "./http-place.ts";
import type { PlaceAddress, ResultPlace } from "./result-place.ts";

/** Opens the place at an address. */
export function openPlace(address: PlaceAddress): ResultPlace {
  return address.kind === "folder" ? folderPlace(address.folder) : httpPlace(address.url, address.token);
}
