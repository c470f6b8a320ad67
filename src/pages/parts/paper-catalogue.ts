import type { ArmPlaces } from "../../view/arms.ts";
import type { FigureRows } from "../../view/figure-rows.ts";

/** A figure of a paper: how it is drawn, and the SQL that gives its rows. */
export type PaperFigure = FigureRows["figure"] & {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly experiment: string;
  readonly sql: string;
  readonly rules?: string;
};

/** A paper as the server has it. */
interface PaperEntry {
  readonly name: string;
  readonly title: string;
  readonly experiments: readonly string[];
  readonly figures: readonly PaperFigure[];
  readonly claims: readonly { readonly claimId: string; readonly statement: string }[];
}

/** The papers as the server has them, the one that is meant where none is named first. */
export interface PaperCatalogue {
  readonly papers: readonly PaperEntry[];
  /** Those of all papers. */
  readonly arms: ArmPlaces;
}

let asked: Promise<PaperCatalogue> | undefined;

/** Asks for it once; again where it did not come. */
export function paperCatalogue(): Promise<PaperCatalogue> {
  asked ??= fetchCatalogue().catch((error: unknown) => {
    asked = undefined;
    throw error;
  });
  return asked;
}

async function fetchCatalogue(): Promise<PaperCatalogue> {
  const answer = await fetch("paper.json");
  if (!answer.ok) throw new Error(`the server has no list of the papers' figures (${answer.status})`);
  return answer.json() as Promise<PaperCatalogue>;
}

/** Returns the arms that papers know; none where the server has no papers. */
export const knownArms = (): Promise<ArmPlaces> =>
  paperCatalogue().then(
    ({ arms }) => arms,
    () => ({}),
  );
