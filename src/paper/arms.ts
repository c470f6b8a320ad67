import type { ArmPlaces } from "../view/arms.ts";
import type { Paper } from "./paper.ts";

/** Gives the places of all papers' arms; of an arm that several papers have, the first paper's. */
export function armsOf(papers: readonly Pick<Paper, "arms">[]): ArmPlaces {
  const places: Record<string, number> = {};
  for (const [arm, place] of papers.flatMap(({ arms }) => Object.entries(arms))) places[arm] ??= place;
  return places;
}
