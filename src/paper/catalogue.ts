import type { ArmPlaces } from "../view/arms.ts";
import { armsOf } from "./arms.ts";
import type { Claim } from "./claim.ts";
import type { Figure } from "./figure.ts";
import type { Paper } from "./paper.ts";

/** A paper as pages show it. */
interface PaperDocument {
  readonly name: string;
  readonly title: string;
  /** Those that its claims and figures speak of; verdicts of other experiments are not on its claims. */
  readonly experiments: readonly string[];
  readonly figures: readonly Figure[];
  readonly claims: readonly Pick<Claim, "claimId" | "statement">[];
}

/** What pages know of papers, as `/paper.json` has it. */
interface PapersDocument {
  readonly papers: readonly PaperDocument[];
  readonly arms: ArmPlaces;
}

/** Lists what pages show of papers, each apart: two papers may have figures and claims of the same id. */
export function catalogueOf(papers: readonly Paper[]): PapersDocument {
  const entries = papers.map(({ name, title, conditions, figures, claims }) => ({
    name,
    title,
    experiments: Object.keys(conditions),
    figures,
    claims: claims.map(({ claimId, statement }) => ({ claimId, statement })),
  }));
  return { papers: entries, arms: armsOf(papers) };
}
